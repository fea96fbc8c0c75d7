/**
 * Sweeps IPv4 addresses with ARP requests (RFC 826), from our own MAC and the
 * address that we have in the subnet asked about, never from made-up ones.
 * Every address is asked until it answers; all answers count, so that two
 * hosts with one address are both found.
 */

import { ARP_REPLY, encodeArpRequest } from '../wire/arp.js'
import type { Packet } from '../wire/packet.js'
import { ipv4Number, ipv4Text, type ScanPlan } from './plan.js'
import { Rounds } from './rounds.js'
import { isForeignFrame, type ScanContext, type ScanPart, sighting } from './scan-context.js'

export class ArpScanner implements ScanPart {
  private readonly asked = new Set<number>()
  private readonly answered = new Set<number>()
  private rounds: Rounds | null = null

  constructor(
    private readonly context: ScanContext,
    private readonly plan: ScanPlan,
    /** Called after the first question to an address. */
    private readonly onAsked: () => void,
  ) {}

  start(onDone: (error: unknown) => void): void {
    const { timers, pacer, pace } = this.context
    const questions = {
      count: this.plan.order.length,
      isAnswered: (index: number) => this.answered.has(this.plan.order[index] ?? 0),
      ask: (index: number) => this.ask(this.plan.order[index] ?? 0),
    }
    this.rounds = new Rounds(timers, pacer, pace.waitsMs, questions, onDone)
    this.rounds.start()
  }

  cancel(): void {
    this.rounds?.cancel()
  }

  observe(packet: Packet): void {
    if (packet.payload.type !== 'arp' || !isForeignFrame(packet, this.context.facts)) return
    const { arp } = packet.payload
    const address = ipv4Number(arp.senderIp)
    if (!this.asked.has(address)) return
    const isReply = arp.operation === ARP_REPLY
    const ownMac = this.context.facts.mac
    const isAnswer = isReply && (arp.targetMac === ownMac || packet.ethernet.destinationMac === ownMac)
    if (isAnswer) this.answered.add(address)
    const evidence = isAnswer ? 'arp_solicited' : isReply ? 'arp_unsolicited' : 'arp_request'
    this.context.found.add(sighting(packet, arp.senderIp, arp.senderMac, evidence))
  }

  private ask(address: number): void {
    const { sender, facts } = this.context
    sender.send(encodeArpRequest(facts.mac, this.plan.senderFor(address), ipv4Text(address)))
    if (this.asked.has(address)) return
    this.asked.add(address)
    this.onAsked()
  }
}
