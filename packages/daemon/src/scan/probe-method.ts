/**
 * The two active checks as frames, and what counts as their answer.
 *
 * Who-has, sent to one MAC only (RFC 1122 section 2.3.2.1; neighbour
 * unreachability detection in RFC 4861): the host that owns the address
 * answers, one that merely claims it to others may not. Where it stays silent
 * it is asked again by a question to all: a switch that was told lies about its
 * port delivers nothing to it alone.
 *
 * Forwarding: an echo request from our own address to our own address, framed
 * to somebody else's MAC. A host drops it, because the address is not its own.
 * Only a machine that passes on other people's packets sends it back to us,
 * which is what a man in the middle has to do, however it was told to.
 */

import { BROADCAST_MAC, isLinkLocalIp, ZERO_MAC } from '@netwatcher/shared'
import type { ProbeRequest } from '../detect/engine/detection.js'
import type { InterfaceFacts } from '../model/interface.js'
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../wire/arp.js'
import {
  type Echo,
  encodeEchoRequest,
  encodeEchoRequestV6,
  encodeNeighborSolicitation,
  ipv6MulticastMac,
  solicitedNodeGroup,
} from '../wire/encode-ip.js'
import { ICMP_ECHO_REQUEST } from '../wire/icmpv4.js'
import type { Packet } from '../wire/packet.js'
import { sourceFor } from './probe-guard.js'

export interface ProbeMethod {
  frame: Uint8Array
  /** What is sent when the first frame had no answer. */
  repeat: Uint8Array
  isAnswer(packet: Packet): boolean
  /** What an answer proves. */
  onAnswer: 'answered' | 'forwarded'
}

/** Tells whoever captures it what it is. */
const PURPOSE = new TextEncoder().encode('NetWatcher forwarding probe')

/** Null when we have no address to send it from. */
export function probeMethod(
  request: Pick<ProbeRequest, 'method' | 'target'>,
  facts: InterfaceFacts,
  random: () => number,
): ProbeMethod | null {
  if (request.method === 'forwarding_probe') return forwardingProbe(request.target, facts, random)
  const { ip, mac } = request.target
  const senderIp = sourceFor(ip, facts)
  if (senderIp === null) return null
  return ip.includes(':') ? solicitation(ip, mac, senderIp, facts) : whoHas(ip, mac, senderIp, facts)
}

function whoHas(ip: string, mac: string, senderIp: string, facts: InterfaceFacts): ProbeMethod {
  const question = {
    sourceMac: facts.mac,
    operation: ARP_REQUEST,
    senderMac: facts.mac,
    senderIp,
    targetMac: ZERO_MAC,
    targetIp: ip,
  }
  return {
    onAnswer: 'answered',
    frame: encodeArp({ ...question, destinationMac: mac }),
    repeat: encodeArp({ ...question, destinationMac: BROADCAST_MAC }),
    isAnswer: ({ payload }) =>
      payload.type === 'arp' &&
      payload.arp.operation === ARP_REPLY &&
      payload.arp.senderIp === ip &&
      payload.arp.senderMac === mac,
  }
}

function solicitation(ip: string, mac: string, senderIp: string, facts: InterfaceFacts): ProbeMethod {
  const ends = { sourceMac: facts.mac, destinationMac: mac, sourceIp: senderIp, destinationIp: ip }
  const group = solicitedNodeGroup(ip)
  const toGroup = { ...ends, destinationMac: ipv6MulticastMac(group), destinationIp: group }
  return {
    onAnswer: 'answered',
    frame: encodeNeighborSolicitation(ends, ip),
    repeat: encodeNeighborSolicitation(toGroup, ip),
    isAnswer: ({ payload, ethernet }) =>
      payload.type === 'icmpv6' &&
      payload.icmp.kind === 'neighbor_advertisement' &&
      payload.icmp.target === ip &&
      // The option may be left out in an answer to a unicast (RFC 4861 section 4.4).
      (payload.icmp.targetMac ?? ethernet.sourceMac) === mac,
  }
}

function forwardingProbe(
  { ip, mac }: ProbeRequest['target'],
  facts: InterfaceFacts,
  random: () => number,
): ProbeMethod | null {
  const isIpv6 = ip.includes(':')
  const self = ownRoutableIp(isIpv6, facts)
  if (self === null) return null
  const ends = { sourceMac: facts.mac, destinationMac: mac, sourceIp: self, destinationIp: self }
  const echo: Echo = { identifier: random16(random), sequence: random16(random), data: PURPOSE }
  const frame = isIpv6 ? encodeEchoRequestV6(ends, echo) : encodeEchoRequest(ends, echo)
  return {
    onAnswer: 'forwarded',
    frame,
    repeat: frame,
    isAnswer: ({ payload }) => {
      if (payload.type !== 'icmpv4' && payload.type !== 'icmpv6') return false
      if (payload.ip.source !== self || payload.ip.destination !== self) return false
      const returned = echoRequestOf(payload)
      return returned?.identifier === echo.identifier && returned.sequence === echo.sequence
    },
  }
}

function echoRequestOf(payload: Packet['payload'] & { type: 'icmpv4' | 'icmpv6' }): Echo | null {
  if (payload.type === 'icmpv4') return payload.icmp.type === ICMP_ECHO_REQUEST ? payload.icmp : null
  return payload.icmp.kind === 'echo_request' ? payload.icmp : null
}

/** Link-local addresses are never forwarded (RFC 4291 section 2.5.6, RFC 3927 section 2.7). */
function ownRoutableIp(isIpv6: boolean, facts: InterfaceFacts): string | null {
  const own = facts.addresses.find(({ ip }) => ip.includes(':') === isIpv6 && !isLinkLocalIp(ip))
  return own?.ip ?? null
}

function random16(random: () => number): number {
  return Math.floor(random() * 0x10000)
}
