/** A LAN on fake timers for tests: hosts that answer ARP, ICMP and ND, each with its own faults. */

import { isLinkLocalIp, macBytes, parseIpBytes } from '@netwatcher/shared'
import type { FrameSender } from '../capture/packet-source.js'
import { LINKTYPE_ETHERNET } from '../capture/packet-source.js'
import type { FakeTimers } from '../time/fake-timers.js'
import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../wire/arp.js'
import { decodeFrame } from '../wire/decode-frame.js'
import { type Endpoints, encodeIcmpv6, encodeIpv4 } from '../wire/encode-ip.js'
import type { Packet } from '../wire/packet.js'

export interface FakeHost {
  mac: string
  ips: string[]
  /** Answers only from this ARP request for an address on; 1 when left out. */
  answersFrom?: number
  delayMs?: number
  /** Does not answer ICMP echo. */
  ignoresEcho?: boolean
  /** Answers IPv6 options that it does not know (RFC 8200 section 4.2). */
  reportsUnknownOptions?: boolean
  /** Sends IPv4 packets for others back on the link; with this TTL decrement. */
  forwards?: { ttlDecrement: number }
}

export class FakeLan implements FrameSender {
  /** What was sent, with the time. */
  readonly sent: { atMs: number; packet: Packet }[] = []
  /** Thrown by `send` while set. */
  sendError: Error | null = null
  onPacket: (packet: Packet) => void = () => {}
  /** The network loses broadcasts beyond so many in each window. */
  broadcastLimit: { count: number; windowMs: number } | null = null
  private readonly broadcasts = new Map<number, number>()
  private readonly arpRequests = new Map<string, number>()

  constructor(
    private readonly timers: FakeTimers,
    readonly hosts: FakeHost[],
  ) {}

  send(frame: Uint8Array): void {
    if (this.sendError) throw this.sendError
    const packet = this.decode(frame.slice())
    this.sent.push({ atMs: this.timers.nowMs(), packet })
    // A capture also shows what its own machine sends.
    this.onPacket(packet)
    if (this.isLost(packet)) return
    for (const host of this.hosts) {
      const to = packet.ethernet.destinationMac
      if (to === host.mac || Number.parseInt(to.slice(0, 2), 16) & 1) this.deliver(host, packet)
    }
  }

  /** Puts a frame on the wire as if another machine had sent it. */
  receive(frame: Uint8Array): void {
    this.onPacket(this.decode(frame))
  }

  private isLost(packet: Packet): boolean {
    if (!this.broadcastLimit || packet.ethernet.destinationMac !== 'ff:ff:ff:ff:ff:ff') return false
    const window = Math.floor(this.timers.nowMs() / this.broadcastLimit.windowMs)
    const count = (this.broadcasts.get(window) ?? 0) + 1
    this.broadcasts.set(window, count)
    return count > this.broadcastLimit.count
  }

  private decode(frame: Uint8Array): Packet {
    return decodeFrame(frame, LINKTYPE_ETHERNET, frame.length, this.timers.nowMs())
  }

  private reply(host: FakeHost, frame: Uint8Array): void {
    this.timers.after(host.delayMs ?? 1, () => this.receive(frame))
  }

  private deliver(host: FakeHost, packet: Packet): void {
    const { payload, ethernet } = packet
    const back = { sourceMac: host.mac, destinationMac: ethernet.sourceMac }
    if (payload.type === 'arp' && payload.arp.operation === ARP_REQUEST) {
      const ip = payload.arp.targetIp
      if (!host.ips.includes(ip)) return
      const key = `${host.mac} ${ip}`
      const count = (this.arpRequests.get(key) ?? 0) + 1
      this.arpRequests.set(key, count)
      if (count < (host.answersFrom ?? 1)) return
      const { senderMac: targetMac, senderIp: targetIp } = payload.arp
      const reply = { operation: ARP_REPLY, senderMac: host.mac, senderIp: ip, targetMac, targetIp }
      this.reply(host, encodeArp({ ...back, ...reply }))
    } else if (payload.type === 'icmpv4') {
      const { ip, icmp } = payload
      const message = packet.bytes.slice(ip.payloadOffset, ip.payloadEnd)
      if (host.ips.includes(ip.destination) && icmp.type === 8 && !host.ignoresEcho) {
        const ends = { ...back, sourceIp: ip.destination, destinationIp: ip.source }
        message[0] = 0
        this.reply(host, encodeIpv4(ends, 1, message))
      } else if (!host.ips.includes(ip.destination) && host.forwards) {
        const ends = { ...back, sourceIp: ip.source, destinationIp: ip.destination }
        this.reply(host, encodeIpv4(ends, 1, message, ip.ttl - host.forwards.ttlDecrement))
      }
    } else if (payload.type === 'icmpv6') this.deliverIcmpv6(host, packet, back)
  }

  private deliverIcmpv6(
    host: FakeHost,
    packet: Packet,
    back: Pick<Endpoints, 'sourceMac' | 'destinationMac'>,
  ): void {
    if (packet.payload.type !== 'icmpv6') return
    const { ip, icmp } = packet.payload
    const scopeIps = host.ips.filter(
      (own) => own.includes(':') && isLinkLocalIp(own) === isLinkLocalIp(ip.source),
    )
    const sourceIp = scopeIps[0]
    // Next header 60: destination options.
    if (packet.bytes[20] === 60) {
      if (!host.reportsUnknownOptions || !sourceIp) return
      const problem = Uint8Array.from([4, 2, 0, 0, 0, 0, 0, 42, ...packet.bytes.subarray(14)])
      this.reply(host, encodeIcmpv6({ ...back, sourceIp, destinationIp: ip.source }, problem, 64))
    } else if (icmp.kind === 'echo_request' && sourceIp && !host.ignoresEcho) {
      const message = packet.bytes.slice(ip.payloadOffset, ip.payloadEnd)
      message[0] = 129
      message[2] = 0
      message[3] = 0
      this.reply(host, encodeIcmpv6({ ...back, sourceIp, destinationIp: ip.source }, message, 64))
    } else if (icmp.kind === 'neighbor_solicitation' && host.ips.includes(icmp.target)) {
      const message = new Uint8Array(32)
      // Type 136, solicited and override flags, target, target link-layer address option.
      message.set([136, 0, 0, 0, 0x60], 0)
      message.set(parseIpBytes(icmp.target) ?? [], 8)
      message.set([2, 1, ...macBytes(host.mac)], 24)
      this.reply(
        host,
        encodeIcmpv6({ ...back, sourceIp: icmp.target, destinationIp: ip.source }, message, 255),
      )
    }
  }
}

/** `02:00:00:00:hh:ll` for tests. */
export function fakeMac(number: number): string {
  const hex = (byte: number) => (byte & 0xff).toString(16).padStart(2, '0')
  return `02:00:00:00:${hex(number >> 8)}:${hex(number)}`
}
