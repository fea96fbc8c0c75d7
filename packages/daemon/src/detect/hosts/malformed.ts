/**
 * ARP and neighbor discovery that no host should send: wrong lengths, fields
 * that contradict themselves, senders that cannot exist. Hosts ignore them; a
 * device that sends them is broken, probing parsers, or hiding something.
 */

import { isGroupMac, isLoopbackIp, isMulticastIp, SECOND_MS, ZERO_MAC } from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST, type Arp } from '../../wire/arp.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { Throttles } from '../tables/throttles.js'

const MAX_SENDERS = 1024
const REPEAT_MS = SECOND_MS

export function createMalformedDetector(): Detector {
  const throttles = new Throttles(REPEAT_MS, MAX_SENDERS)
  return {
    observe(packet, context) {
      const problem = findProblem(packet)
      if (problem === null) return
      const key = `${problem.kind}|${packet.ethernet.sourceMac}|${problem.reason}`
      if (throttles.isDue(key, context.nowMs)) raise(problem, packet, context)
    },
  }
}

interface Problem {
  kind: 'malformed_arp' | 'malformed_nd'
  reason: string
}

function findProblem({ payload }: Packet): Problem | null {
  if (payload.type === 'malformed') {
    if (payload.layer === 'arp') return { kind: 'malformed_arp', reason: payload.reason }
    if (payload.layer === 'nd') return { kind: 'malformed_nd', reason: payload.reason }
    return null
  }
  if (payload.type !== 'arp') return null
  const impossible = impossibleSender(payload.arp)
  return impossible === null ? null : { kind: 'malformed_arp', reason: impossible }
}

/** RFC 826 has a sender state its own addresses, which are never a group's, a loopback's or empty. */
function impossibleSender(arp: Arp): string | null {
  const { operation, senderMac, senderIp } = arp
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return null
  if (isGroupMac(senderMac)) return `sender MAC ${senderMac} is a group address`
  if (senderMac === ZERO_MAC) return 'sender MAC is zero'
  if (isMulticastIp(senderIp) || senderIp === '255.255.255.255')
    return `sender ${senderIp} is a group address`
  if (isLoopbackIp(senderIp)) return `sender ${senderIp} is a loopback address`
  // RFC 5227: only a probe has no sender, and a probe is a request.
  return operation === ARP_REPLY && senderIp === '0.0.0.0' ? 'reply without a sender address' : null
}

function raise(problem: Problem, packet: Packet, context: DetectorContext): void {
  const protocol = problem.kind === 'malformed_arp' ? 'ARP' : 'neighbor discovery'
  const mac = packet.ethernet.sourceMac
  context.raise(
    finding({
      kind: problem.kind,
      severity: 'info',
      macs: [mac],
      expected: `Well-formed ${protocol} messages`,
      seen: `${mac} sent ${protocol} with a fault: ${problem.reason}`,
      reasonsFor: [reason('malformed', problem.reason, [context.frame()])],
      advice:
        'Look at the device if this goes on: its network card or software is faulty, or somebody tests yours.',
    }),
  )
}
