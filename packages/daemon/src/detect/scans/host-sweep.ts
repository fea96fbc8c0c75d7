/**
 * Sweeps above ARP: one host tries to reach many others, by ICMP echo, by
 * opening TCP connections, or in IPv6 by asking for their MACs (RFC 7707), and
 * most do not answer. Peer-to-peer programs and browsers reach out to many hosts
 * of the internet, so TCP counts only towards private addresses and neighbours.
 */

import { isGroupMac, isPrivateIp, isUnspecifiedIp, MINUTE_MS, text } from '@netwatcher/shared'
import { ICMP_ECHO_REPLY, ICMP_ECHO_REQUEST } from '../../wire/icmpv4.js'
import type { Icmpv6 } from '../../wire/icmpv6.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { TCP_ACK, TCP_RST, TCP_SYN } from '../../wire/tcp.js'
import type { Detector, DetectorContext, FindingReason } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import { Attempts } from './attempts.js'

/** Like an ARP sweep: nobody has that many correspondents who are not there. */
const HOSTS = 25
const WINDOW_MS = 2 * MINUTE_MS
/** A monitor pings hosts that mostly exist, a sweep whatever there could be. */
const SILENT_SHARE = 0.3
/** Clients of all systems use higher ports than this. */
const FIRST_CLIENT_PORT = 10_000
const SOLICITATION = 'neighbour solicitation'

interface Attempt {
  source: string
  target: string
  /** The target's answer, not the attempt. */
  isAnswer: boolean
  how: string
}

export function createHostSweepDetector(): Detector {
  const attempts = new Attempts({ windowMs: WINDOW_MS, maxTargets: 512, maxScanners: 1024 })
  return {
    observe(packet, context) {
      const attempt = readAttempt(packet, context)
      if (attempt === null) return
      const key = `${attempt.source} ${attempt.how}`
      const { sourceMac, destinationMac } = packet.ethernet
      if (!attempt.isAnswer) observe(attempts, key, attempt, sourceMac, context)
      else if (isRefusedData(packet) && !attempts.has(key, attempt.target))
        observe(attempts, `${key} ACK`, { ...attempt, how: `${attempt.how}, ACK` }, destinationMac, context)
      else attempts.answer(key, attempt.target, context.nowMs)
    },
  }
}

function readAttempt(packet: Packet, context: DetectorContext): Attempt | null {
  const { payload } = packet
  if (payload.type === 'icmpv4') {
    const { icmp, ip } = payload
    if (icmp.type === ICMP_ECHO_REQUEST) return attempt(ip.source, ip.destination, 'ping')
    return icmp.type === ICMP_ECHO_REPLY ? answer(ip.source, ip.destination, 'ping') : null
  }
  if (payload.type === 'icmpv6') {
    const { icmp, ip } = payload
    if (icmp.kind === 'echo_request') return attempt(ip.source, ip.destination, 'ping')
    if (icmp.kind === 'echo_reply') return answer(ip.source, ip.destination, 'ping')
    return readSolicitation(icmp, ip, context)
  }
  if (payload.type === 'udp' || (payload.type === 'dns' && payload.source === 'nbns')) return readUdp(packet)
  if (payload.type !== 'tcp') return null
  const { ip, tcp } = payload
  if ((tcp.flags & (TCP_SYN | TCP_ACK)) === TCP_SYN && isNear(packet, ip.destination, context))
    return attempt(ip.source, ip.destination, `TCP port ${tcp.destinationPort}`)
  // A refusal shows that the host is there just as well.
  const isAnswer = (tcp.flags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK) || (tcp.flags & TCP_RST) !== 0
  return isAnswer ? answer(ip.source, ip.destination, `TCP port ${tcp.sourcePort}`) : null
}

/** Private, or an address of the station that the frame is for. */
function isNear({ ethernet }: Packet, ip: string, { bindings }: DetectorContext): boolean {
  return isPrivateIp(ip) || bindings.owner(ip)?.mac === ethernet.destinationMac
}

/**
 * A question for an address that nobody is known to have, and the answer. Who probes for an address of its own
 * (RFC 4862) has none to ask with.
 */
function readSolicitation(icmp: Icmpv6, ip: IpHeader, { bindings }: DetectorContext): Attempt | null {
  if (icmp.kind === 'neighbor_advertisement') return answer(icmp.target, ip.destination, SOLICITATION)
  if (icmp.kind !== 'neighbor_solicitation' || isUnspecifiedIp(ip.source)) return null
  return bindings.owner(icmp.target) === null ? attempt(ip.source, icmp.target, SOLICITATION) : null
}

/**
 * RFC 9293 section 3.5.2: a reset without ACK answers a segment with ACK for which there is no connection. Such
 * segments get past simple filters (nmap -PA); they look like data, of which nothing else is handed to detection.
 */
function isRefusedData({ payload }: Packet): boolean {
  if (payload.type !== 'tcp' || !isPrivateIp(payload.ip.source)) return false
  const { flags, sourcePort, destinationPort } = payload.tcp
  const isToClient = sourcePort < FIRST_CLIENT_PORT && destinationPort >= FIRST_CLIENT_PORT
  return isToClient && (flags & (TCP_RST | TCP_ACK)) === TCP_RST
}

/** Requests to services of private hosts, and whatever comes back from there. */
function readUdp({ payload, ethernet }: Packet): Attempt | null {
  if (isGroupMac(ethernet.destinationMac)) return null
  if (payload.type === 'dns') {
    const { ip, message } = payload
    const how = 'NetBIOS'
    return message.isResponse
      ? answer(ip.source, ip.destination, how)
      : attempt(ip.source, ip.destination, how)
  }
  if (payload.type !== 'udp') return null
  const { ip, sourcePort, destinationPort } = payload
  if (sourcePort < FIRST_CLIENT_PORT) return answer(ip.source, ip.destination, `UDP port ${sourcePort}`)
  const isProbe = destinationPort < FIRST_CLIENT_PORT && isPrivateIp(ip.destination)
  return isProbe ? attempt(ip.source, ip.destination, `UDP port ${destinationPort}`) : null
}

function attempt(source: string, target: string, how: string): Attempt {
  return { source, target, how, isAnswer: false }
}

function answer(from: string, to: string, how: string): Attempt {
  return { source: to, target: from, how, isAnswer: true }
}

function observe(
  attempts: Attempts,
  key: string,
  { source, target, how }: Attempt,
  mac: string,
  context: DetectorContext,
): void {
  const { nowMs } = context
  const sweep = attempts.add(key, target, nowMs, () => context.frame())
  const silent = sweep.open.size(nowMs)
  const answered = sweep.answered.size(nowMs)
  if (silent + answered < HOSTS || !sweep.throttle.isDue(nowMs)) return
  const isMostlyThere = silent < (silent + answered) * SILENT_SHARE
  const isOutside = context.roles(mac).router && context.bindings.owner(source) === null
  const against: FindingReason[] = []
  if (isMostlyThere) against.push(reason('targets_exist', { answered, count: silent + answered }))
  if (isOutside) against.push(reason('from_outside', { ip: source }))
  if (how === SOLICITATION && context.roles(mac).router) against.push(reason('router'))
  const figures = { ip: source, count: silent + answered, how, silent }
  context.raise(
    finding({
      kind: 'host_sweep',
      severity: against.length > 0 ? 'info' : 'warning',
      claimer: source,
      parties: [
        isOutside
          ? suspect('', 'likely', source)
          : suspect(mac, against.length > 0 ? 'possible' : 'likely', source),
      ],
      expected: text('expected_known_correspondents'),
      seen: text('seen_host_sweep', figures),
      reasonsFor: [reason('many_silent_hosts', figures, sweep.frames)],
      reasonsAgainst: against,
      advice: text(isOutside ? 'advice_scan_from_outside' : 'advice_host_sweep'),
    }),
  )
}
