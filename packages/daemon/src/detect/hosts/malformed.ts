/**
 * ARP and neighbor discovery that no host should send: wrong lengths, fields
 * that contradict themselves, senders that cannot exist. Hosts ignore them; a
 * device that sends them is broken, probing parsers, or hiding something.
 */

import {
  isGroupMac,
  isLoopbackIp,
  isMulticastIp,
  SECOND_MS,
  type Text,
  text,
  ZERO_MAC,
} from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST, type Arp } from '../../wire/arp.js'
import { isClusterMac } from '../../wire/cluster-mac.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import { Throttles } from '../tables/throttles.js'

const MAX_SENDERS = 1024
const REPEAT_MS = SECOND_MS

export function createMalformedDetector(): Detector {
  const throttles = new Throttles(REPEAT_MS, MAX_SENDERS)
  return {
    observe(packet, context) {
      const problem = findProblem(packet, context)
      if (problem === null) return
      const key = `${problem.kind}|${packet.ethernet.sourceMac}|${problem.fault.rule}`
      if (throttles.isDue(key, context.nowMs)) raise(problem, packet, context)
    },
    tables: () => [throttles.status('malformed_senders')],
  }
}

interface Problem {
  kind: 'malformed_arp' | 'malformed_nd'
  fault: Text
}

function findProblem({ payload }: Packet, context: DetectorContext): Problem | null {
  if (payload.type === 'malformed') {
    if (payload.layer === 'arp') return { kind: 'malformed_arp', fault: payload.fault }
    if (payload.layer === 'nd') return { kind: 'malformed_nd', fault: payload.fault }
    return null
  }
  if (payload.type !== 'arp') return null
  const impossible = impossibleSender(payload.arp, context)
  return impossible === null ? null : { kind: 'malformed_arp', fault: impossible }
}

/** RFC 826 has a sender state its own addresses, which are never a group's, a loopback's or empty. */
function impossibleSender(arp: Arp, { bindings }: DetectorContext): Text | null {
  const { operation, senderMac, senderIp } = arp
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return null
  if (isGroupMac(senderMac) && !isClusterMac(senderMac)) return text('group_sender_mac', { mac: senderMac })
  if (senderMac === ZERO_MAC) return text('zero_sender_mac')
  if (isMulticastIp(senderIp) || senderIp === '255.255.255.255') return text('group_sender', { ip: senderIp })
  if (bindings.isEdge(senderIp)) return text('edge_sender', { ip: senderIp })
  if (isLoopbackIp(senderIp)) return text('loopback_sender', { ip: senderIp })
  // RFC 5227: only a probe has no sender, and a probe is a request.
  return operation === ARP_REPLY && senderIp === '0.0.0.0' ? text('reply_without_sender') : null
}

function raise(problem: Problem, packet: Packet, context: DetectorContext): void {
  const mac = packet.ethernet.sourceMac
  context.raise(
    finding({
      kind: problem.kind,
      severity: 'info',
      parties: [suspect(mac, 'possible')],
      expected: text(`expected_well_formed_${problem.kind === 'malformed_arp' ? 'arp' : 'nd'}`),
      seen: text(`seen_${problem.kind}`, { mac }),
      reasonsFor: [{ ...problem.fault, frames: [context.frame()] }],
      advice: text('advice_malformed'),
    }),
  )
}
