/**
 * Port scans: one host tries many ports of another and is turned away or
 * ignored. TCP attempts count when they are not accepted, which covers SYN,
 * connect, NULL, FIN and Xmas scans; UDP attempts when the target says that
 * the port is closed, or when nothing comes back from a service port.
 */

import { isGroupMac, isLinkLocalIp, isPrivateIp, MINUTE_MS, text } from '@netwatcher/shared'
import { readU16 } from '../../wire/bytes.js'
import { ICMP_UNREACHABLE } from '../../wire/icmpv4.js'
import { type IpHeader, PROTOCOL_UDP } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { TCP_ACK, TCP_RST, TCP_SYN } from '../../wire/tcp.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { Attempts, type Scanner } from './attempts.js'

/**
 * Refused or ignored ports. Applications try a handful when a service is down; nmap's shortest list (-F)
 * has 100.
 */
const PORTS = 25
const WINDOW_MS = 10 * MINUTE_MS
const PORT_UNREACHABLE = 3
/** traceroute and mtr aim at closed ports on purpose, from 33434 up. */
const TRACEROUTE_PORTS = { from: 33434, to: 34000 }
/** Servers answer to ephemeral ports (RFC 6335) that the client may have closed by then. */
const FIRST_EPHEMERAL_PORT = 32768
/** Clients of all systems use higher ports than this, and services nearly always lower ones. */
const FIRST_CLIENT_PORT = 10_000

export function createPortScanDetector(): Detector {
  const attempts = new Attempts({ windowMs: WINDOW_MS, maxTargets: 256, maxScanners: 2048 })
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type === 'tcp') observeTcp(attempts, packet, payload.ip, context)
      else if (payload.type === 'udp') observeUdp(attempts, packet, payload.ip, context)
      else if (payload.type === 'icmpv4' && isPortUnreachable(payload.icmp.type, payload.icmp.code))
        observeRefusal(attempts, packet, payload.ip, payload.icmp.quoted, context)
      else if (payload.type === 'icmpv6' && payload.icmp.kind === 'error' && isPortUnreachable6(payload.icmp))
        observeRefusal(attempts, packet, payload.ip, payload.icmp.quoted, context)
    },
  }
}

function isPortUnreachable(type: number, code: number): boolean {
  return type === ICMP_UNREACHABLE && code === PORT_UNREACHABLE
}

/** RFC 4443 section 3.1: type 1, code 4. */
function isPortUnreachable6({ type, code }: { type: number; code: number }): boolean {
  return type === 1 && code === 4
}

function observeTcp(attempts: Attempts, packet: Packet, ip: IpHeader, context: DetectorContext): void {
  if (packet.payload.type !== 'tcp') return
  const { flags, sourcePort, destinationPort } = packet.payload.tcp
  if ((flags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK)) {
    attempts.answer(`${ip.destination}>${ip.source}`, `${sourcePort}`, context.nowMs)
    return
  }
  // The answer to a probe that itself looked like part of a connection (ACK, window and Maimon scans).
  if ((flags & TCP_RST) !== 0 && sourcePort < FIRST_CLIENT_PORT && destinationPort >= FIRST_CLIENT_PORT) {
    const scanner = attempts.add(`${ip.destination}>${ip.source}`, `${sourcePort}`, context.nowMs, () =>
      context.frame(),
    )
    judge(scanner, 'TCP', ip.destination, ip.source, packet.ethernet.destinationMac, context)
    return
  }
  if ((flags & (TCP_ACK | TCP_RST)) !== 0) return
  const key = `${ip.source}>${ip.destination}`
  const scanner = attempts.add(key, `${destinationPort}`, context.nowMs, () => context.frame())
  judge(scanner, 'TCP', ip.source, ip.destination, packet.ethernet.sourceMac, context)
}

/** Requests to service ports. Media streams and games use high ports, and do not wait for an answer. */
function observeUdp(attempts: Attempts, packet: Packet, ip: IpHeader, context: DetectorContext): void {
  if (packet.payload.type !== 'udp' || isGroupMac(packet.ethernet.destinationMac)) return
  const { sourcePort, destinationPort } = packet.payload
  if (sourcePort < FIRST_CLIENT_PORT)
    attempts.answer(`${ip.destination}>${ip.source} udp`, `${sourcePort}`, context.nowMs)
  else if (destinationPort < FIRST_CLIENT_PORT && isPrivateIp(ip.destination)) {
    const key = `${ip.source}>${ip.destination} udp`
    const scanner = attempts.add(key, `${destinationPort}`, context.nowMs, () => context.frame())
    judge(scanner, 'UDP', ip.source, ip.destination, packet.ethernet.sourceMac, context)
  }
}

/** The host that refuses is the target; the quoted packet is the attempt. */
function observeRefusal(
  attempts: Attempts,
  packet: Packet,
  ip: IpHeader,
  quoted: IpHeader | null,
  context: DetectorContext,
): void {
  if (quoted === null || quoted.protocol !== PROTOCOL_UDP || quoted.destination !== ip.source) return
  if (quoted.payloadOffset + 4 > packet.bytes.length) return
  const sourcePort = readU16(packet.bytes, quoted.payloadOffset)
  const port = readU16(packet.bytes, quoted.payloadOffset + 2)
  const isTraceroute = port >= TRACEROUTE_PORTS.from && port <= TRACEROUTE_PORTS.to
  if (isTraceroute || port >= FIRST_EPHEMERAL_PORT || sourcePort < 1024) return
  const key = `${quoted.source}>${quoted.destination} udp`
  const scanner = attempts.add(key, `${port}`, context.nowMs, () => context.frame())
  judge(scanner, 'UDP', quoted.source, quoted.destination, packet.ethernet.destinationMac, context)
}

function judge(
  scanner: Scanner,
  protocol: 'TCP' | 'UDP',
  source: string,
  target: string,
  mac: string,
  context: DetectorContext,
): void {
  const { nowMs } = context
  const refused = scanner.open.size(nowMs)
  if (refused < PORTS || !scanner.throttle.isDue(nowMs)) return
  const isOutside =
    context.roles(mac).router && context.bindings.owner(source) === null && !isLinkLocalIp(source)
  const open = scanner.answered.size(nowMs)
  const figures = { ip: source, target_ip: target, protocol, refused, open }
  const targetMac = context.bindings.owner(target)?.mac ?? ''
  context.raise(
    finding({
      kind: 'port_scan',
      severity: isOutside ? 'info' : 'warning',
      claimer: source,
      ip: target,
      parties: [
        isOutside ? suspect('', 'likely', source) : suspect(mac, 'likely', source),
        affected(targetMac, 'proven', target),
      ],
      expected: text('expected_few_ports'),
      seen: text('seen_port_scan', figures),
      reasonsFor: [reason('many_refused_ports', figures, scanner.frames)],
      reasonsAgainst: isOutside ? [reason('from_outside', { ip: source })] : [],
      advice: text(isOutside ? 'advice_scan_from_outside' : 'advice_port_scan'),
    }),
  )
}
