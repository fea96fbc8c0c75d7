/**
 * One address that nobody uses, answered for so that whoever searches the
 * network comes to it. Before that it is probed for as any host would before it
 * took the address (RFC 5227 section 2.1, RFC 4862 section 5.4); it is given up
 * for good at the first sign that somebody else has it or wants it, and never
 * defended. Nothing is announced: no cache can hold an address never used.
 */

import { MINUTE_MS, SECOND_MS, ZERO_MAC } from '@netwatcher/shared'
import type { DecoyState } from '../model/decoy.js'
import type { InterfaceFacts } from '../model/interface.js'
import { claimantOf } from '../wire/address-claim.js'
import type { Packet } from '../wire/packet.js'
import { decoyAnswer, decoyProbe } from './decoy-frames.js'
import { ProbeBudget } from './probe-budget.js'
import { isForeignFrame, type ScannerDependencies } from './scan-context.js'

/** RFC 5227 section 1.1: PROBE_WAIT, PROBE_NUM, PROBE_MIN, PROBE_MAX, ANNOUNCE_WAIT. */
const PROBE_WAIT_MS = SECOND_MS
const PROBES = 3
const PROBE_MIN_MS = SECOND_MS
const PROBE_MAX_MS = 2 * SECOND_MS
const SETTLE_MS = 2 * SECOND_MS
/** Somebody may have taken it while the link was down, and be quiet. */
const CHECK_MS = 5 * MINUTE_MS
/** The interface may be down. */
const RETRY_MS = 10 * SECOND_MS
/** A sweep asks once or twice, a scanner of ports again whenever its cache runs out. */
const ANSWERS_PER_MINUTE = 600

export class Decoy {
  state: DecoyState = 'probing'
  /** Who has the address, or wants it; empty while nobody does. */
  claimant = ''
  private readonly answers = new ProbeBudget(ANSWERS_PER_MINUTE)
  private cancelTimer = () => {}

  constructor(
    readonly ip: string,
    private readonly facts: InterfaceFacts,
    private readonly dependencies: ScannerDependencies,
    private readonly onChange: () => void,
  ) {}

  /** `holder`: the MAC that is already known for the address; empty when there is none. */
  start(holder: string): void {
    if (holder !== '') this.withdraw(holder)
    else this.after(this.dependencies.random() * PROBE_WAIT_MS, () => this.probe(PROBES))
  }

  stop(): void {
    this.cancelTimer()
  }

  observe(packet: Packet): void {
    if (this.state === 'withdrawn' || !isForeignFrame(packet, this.facts)) return
    const claimant = claimantOf(packet, this.ip)
    if (claimant !== null) this.withdraw(claimant)
    else if (this.state === 'held') this.answer(packet)
  }

  private probe(left: number): void {
    if (!this.send(decoyProbe(this.ip, this.facts.mac))) {
      this.after(RETRY_MS, () => this.probe(PROBES))
      return
    }
    const spreadMs = this.dependencies.random() * (PROBE_MAX_MS - PROBE_MIN_MS)
    if (left > 1) this.after(PROBE_MIN_MS + spreadMs, () => this.probe(left - 1))
    else this.after(SETTLE_MS, () => this.hold())
  }

  private hold(): void {
    const isNew = this.state !== 'held'
    this.state = 'held'
    this.after(CHECK_MS, () => this.probe(1))
    if (isNew) this.onChange()
  }

  private withdraw(claimant: string): void {
    this.cancelTimer()
    this.state = 'withdrawn'
    this.claimant = claimant === ZERO_MAC ? '' : claimant
    this.onChange()
  }

  private answer(packet: Packet): void {
    const frame = decoyAnswer(packet, this.ip, this.facts.mac)
    if (frame !== null && this.answers.spend(this.dependencies.timers.nowMs())) this.send(frame)
  }

  /** False when the interface would not take it. */
  private send(frame: Uint8Array): boolean {
    try {
      this.dependencies.sender.send(frame)
      return true
    } catch {
      return false
    }
  }

  private after(delayMs: number, callback: () => void): void {
    this.cancelTimer()
    this.cancelTimer = this.dependencies.timers.after(delayMs, callback)
  }
}
