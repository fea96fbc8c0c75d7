/**
 * One ICMP echo request (RFC 792) to each IPv4 host that the ARP sweep found:
 * tells hosts that are there from hosts that also answer IP. Repeated once for
 * those that keep silent.
 */

import { encodeEchoRequest } from '../wire/encode-ip.js'
import { ICMP_ECHO_REPLY } from '../wire/icmpv4.js'
import type { Packet } from '../wire/packet.js'
import { ipv4Number, type ScanPlan } from './plan.js'
import { Rounds } from './rounds.js'
import {
  isForeignFrame,
  randomIdentifier,
  type ScanContext,
  type ScanPart,
  sighting,
} from './scan-context.js'

const ROUNDS = 2

export class PingSweep implements ScanPart {
  private readonly identifier: number
  private readonly answered = new Set<string>()
  private hosts: { ip: string; mac: string }[] = []
  private rounds: Rounds | null = null

  constructor(
    private readonly context: ScanContext,
    private readonly plan: ScanPlan,
  ) {
    this.identifier = randomIdentifier(context.random)
  }

  start(onDone: (error: unknown) => void): void {
    const { found, facts, timers, pacer, pace } = this.context
    this.hosts = found.bindings().filter(({ ip, mac }) => !ip.includes(':') && mac !== facts.mac)
    const questions = {
      count: this.hosts.length,
      isAnswered: (index: number) => this.answered.has(this.hosts[index]?.ip ?? ''),
      ask: (index: number) => this.ask(index),
    }
    this.rounds = new Rounds(timers, pacer, pace.waitsMs.slice(0, ROUNDS), questions, onDone)
    this.rounds.start()
  }

  cancel(): void {
    this.rounds?.cancel()
  }

  observe(packet: Packet): void {
    if (packet.payload.type !== 'icmpv4' || !isForeignFrame(packet, this.context.facts)) return
    const { ip, icmp } = packet.payload
    if (icmp.type !== ICMP_ECHO_REPLY || icmp.identifier !== this.identifier) return
    const host = this.hosts[icmp.sequence]
    if (host?.ip !== ip.source) return
    this.answered.add(ip.source)
    this.context.found.add(sighting(packet, ip.source, packet.ethernet.sourceMac, 'icmp_echo'))
  }

  private ask(index: number): void {
    const host = this.hosts[index]
    if (!host) return
    const { sender, facts } = this.context
    const ends = {
      sourceMac: facts.mac,
      sourceIp: this.plan.senderFor(ipv4Number(host.ip)),
      destinationMac: host.mac,
      destinationIp: host.ip,
    }
    sender.send(encodeEchoRequest(ends, { identifier: this.identifier, sequence: index & 0xffff }))
  }
}
