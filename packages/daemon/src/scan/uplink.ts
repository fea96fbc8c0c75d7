/**
 * Whether the internet can be reached, judged from what has answered and what
 * was asked in vain. Pure: times come from outside. An answer from beyond the
 * gateway says at once that all is well, silence nothing before it has lasted
 * for the patience and through several questions; then the gateway's own answers
 * tell whose fault it is. Where neither can be said any more it is not known.
 */

import type { UplinkEvidenceName, UplinkStateName } from '@netwatcher/shared/names'
import type { Uplink } from '../model/uplink.js'

/** A question or an answer may be lost, and the next one, too. */
const LEAST_QUESTIONS = 3
/** After so many times the patience without any word a state is no longer believed. */
const BELIEVED = 2

/** One whose answers are waited for. */
class Listener {
  answeredMs = 0
  private firstUnansweredMs = 0
  private unanswered = 0

  ask(atMs: number): void {
    if (this.unanswered++ === 0) this.firstUnansweredMs = atMs
  }

  hear(atMs: number): void {
    this.answeredMs = Math.max(this.answeredMs, atMs)
    this.unanswered = 0
  }

  /** What was asked may have been answered unseen. */
  forget(): void {
    this.unanswered = 0
  }

  get isWaitedFor(): boolean {
    return this.unanswered > 0
  }

  /** Since when it is silent; null when that is not said yet. */
  silentSince(nowMs: number, patienceMs: number): number | null {
    const isSilent = this.unanswered >= LEAST_QUESTIONS && nowMs - this.firstUnansweredMs >= patienceMs
    return isSilent ? this.firstUnansweredMs : null
  }
}

export class UplinkJudge {
  private readonly gateway = new Listener()
  private readonly beyond = new Listener()
  private evidence: UplinkEvidenceName = 'none'
  private state: UplinkStateName = 'unknown'
  /** When something last spoke for the state. */
  private supportedMs: number

  constructor(
    private readonly patienceMs: number,
    private sinceMs: number,
  ) {
    this.supportedMs = sinceMs
  }

  /** It was asked, and can see an answer. */
  asked(whom: 'gateway' | 'beyond', atMs: number): void {
    this[whom].ask(atMs)
  }

  gatewayAnswered(atMs: number): void {
    this.gateway.hear(atMs)
  }

  /** The gateway has passed it on. */
  beyondAnswered(evidence: UplinkEvidenceName, atMs: number): void {
    this.gateway.hear(atMs)
    this.beyond.hear(atMs)
    this.evidence = evidence
    this.support('up', atMs, atMs)
  }

  /** Frames were missed, or could not be sent. */
  wasBlind(): void {
    this.gateway.forget()
    this.beyond.forget()
  }

  /** Before the next question, so that the last one has had its time. */
  judge(nowMs: number): void {
    const gatewaySince = this.gateway.silentSince(nowMs, this.patienceMs)
    const beyondSince = this.beyond.silentSince(nowMs, this.patienceMs)
    if (gatewaySince !== null) this.support('gateway_silent', gatewaySince, nowMs)
    else if (beyondSince !== null) this.support('beyond_silent', beyondSince, nowMs)
    else if (this.isDoubtful(nowMs)) this.support('unknown', nowMs, nowMs)
  }

  heardSince(ms: number): boolean {
    return this.beyond.answeredMs > ms
  }

  status(gateway: string): Uplink {
    return {
      state: this.state,
      sinceMs: this.sinceMs,
      answeredMs: this.beyond.answeredMs,
      evidence: this.evidence,
      gateway,
      gatewayAnsweredMs: this.gateway.answeredMs,
    }
  }

  private isDoubtful(nowMs: number): boolean {
    const hasComeBack =
      this.state === 'gateway_silent' && !this.gateway.isWaitedFor && !this.beyond.isWaitedFor
    return hasComeBack || nowMs - this.supportedMs >= BELIEVED * this.patienceMs
  }

  /** An outage began with the first question in vain, unless another state lay in between. */
  private support(state: UplinkStateName, fromMs: number, nowMs: number): void {
    this.supportedMs = nowMs
    if (state === this.state) return
    const isOutage = (one: UplinkStateName) => one === 'beyond_silent' || one === 'gateway_silent'
    this.sinceMs = Math.max(this.sinceMs, isOutage(this.state) && isOutage(state) ? nowMs : fromMs)
    this.state = state
  }
}
