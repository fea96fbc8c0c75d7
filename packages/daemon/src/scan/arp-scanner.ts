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

/** A few hosts are always asleep and late. */
const MIN_LATE_ANSWERS = 4
const LATE_SHARE = 0.1

export class ArpScanner implements ScanPart {
  /** How often each address has been asked. */
  private readonly asked = new Map<number, number>()
  private readonly answered = new Set<number>()
  /** Hosts that did not answer the first question, since the rate was last lowered. */
  private lateAnswers = 0
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
    if (isAnswer && !this.answered.has(address)) this.takeAnswer(address)
    const { found } = this.context
    if (isAnswer) found.addAnswer(sighting(packet, arp.senderIp, arp.senderMac, 'arp_solicited'))
    else found.add(sighting(packet, arp.senderIp, arp.senderMac, isReply ? 'arp_unsolicited' : 'arp_request'))
  }

  private ask(address: number): void {
    const { sender, facts } = this.context
    sender.send(encodeArpRequest(facts.mac, this.plan.senderFor(address), ipv4Text(address)))
    const times = this.asked.get(address) ?? 0
    this.asked.set(address, times + 1)
    if (times === 0) this.onAsked()
  }

  /** Many that answer only when asked again mean that questions or answers get lost: less at once is more. */
  private takeAnswer(address: number): void {
    this.answered.add(address)
    if ((this.asked.get(address) ?? 0) < 2) return
    this.lateAnswers++
    if (this.lateAnswers < MIN_LATE_ANSWERS || this.lateAnswers < this.answered.size * LATE_SHARE) return
    this.lateAnswers = 0
    this.context.pacer.slowDown()
    this.rounds?.addRound()
  }
}
