/**
 * One scan from its order to its summary. The ARP sweep and the search for
 * IPv6 neighbours run side by side, the pings when both are done.
 */

import { errorMessage, isNoText, NO_TEXT, type Text, text } from '@netwatcher/shared'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanOrder, ScanStep } from '../model/scan.js'
import type { Packet } from '../wire/packet.js'
import { ArpScanner } from './arp-scanner.js'
import { FoundHosts } from './found-hosts.js'
import { Ipv6Scanner } from './ipv6.js'
import { PACES, Pacer } from './pacing.js'
import { PingSweep } from './ping.js'
import { planScan, type ScanPlan } from './plan.js'
import type { ScanContext, ScannerDependencies, ScanPart } from './scan-context.js'

/** Progress is told in steps of this part of the whole, so at most so often. */
const PROGRESS_STEPS = 20

export class ScanRun {
  private readonly context: ScanContext
  private readonly plan: ScanPlan
  private readonly startedMs: number
  private parts: ScanPart[] = []
  private sent = 0
  private asked = 0
  private toldSteps = 0
  private isOver = false

  constructor(
    dependencies: ScannerDependencies,
    facts: InterfaceFacts,
    readonly order: ScanOrder,
    private readonly onStep: (step: ScanStep) => void,
  ) {
    const { sender, timers, random } = dependencies
    const pace = PACES[order.pace]
    const send = (frame: Uint8Array) => {
      sender.send(frame)
      this.sent++
    }
    const found = new FoundHosts((host) => onStep({ type: 'host', host }))
    const pacer = new Pacer(pace.framesPerSecond, pace.burst)
    this.context = { sender: { send }, facts, timers, pace, pacer, found, random }
    this.plan = planScan(order.targets, facts.addresses, random)
    this.startedMs = timers.nowMs()
  }

  start(): void {
    this.findOwn()
    if (this.context.facts.mac === '') {
      this.finish(text('scan_no_mac'))
      return
    }
    const sweep = new ArpScanner(this.context, this.plan, () => this.noteAsked())
    const first = this.order.ipv6 ? [sweep, new Ipv6Scanner(this.context)] : [sweep]
    const second = this.order.ping ? [new PingSweep(this.context, this.plan)] : []
    this.runParts(first, () => this.runParts(second, () => this.finish(NO_TEXT)))
  }

  cancel(): void {
    this.finish(text('scan_cancelled'))
  }

  observe(packet: Packet): void {
    for (const part of this.parts) part.observe(packet)
  }

  private findOwn(): void {
    const { facts, found } = this.context
    const ipv6 = this.order.ipv6 ? facts.addresses.map(({ ip }) => ip).filter((ip) => ip.includes(':')) : []
    for (const ip of [...this.plan.own, ...ipv6]) {
      found.add({ ip, mac: facts.mac, evidence: 'own', seenMs: this.startedMs, vlan: 0 })
    }
    this.asked = this.plan.own.length
  }

  private runParts(parts: ScanPart[], onAllDone: () => void): void {
    this.parts.push(...parts)
    let running = parts.length
    if (running === 0) onAllDone()
    for (const part of parts) {
      if (this.isOver) return
      part.start((error) => {
        running--
        if (error) this.finish(text('scan_send_failed', { error: errorMessage(error) }))
        else if (running === 0 && !this.isOver) onAllDone()
      })
    }
  }

  private get total(): number {
    return this.plan.order.length + this.plan.own.length
  }

  private noteAsked(): void {
    this.asked++
    const steps = Math.floor((this.asked * PROGRESS_STEPS) / this.total)
    if (steps === this.toldSteps) return
    this.toldSteps = steps
    const progress = { asked: this.asked, total: this.total, found: this.context.found.count }
    this.onStep({ type: 'progress', progress })
  }

  /** `why` it ends early; no text when it has asked everybody as often as planned. */
  private finish(why: Text): void {
    if (this.isOver) return
    this.isOver = true
    for (const part of this.parts) part.cancel()
    const durationMs = this.context.timers.nowMs() - this.startedMs
    const { total, sent } = this
    const isComplete = isNoText(why)
    this.onStep({
      type: 'summary',
      summary: {
        method: 'arp',
        details: isComplete ? [] : [why],
        found: this.context.found.count,
        total,
        sent,
        durationMs,
        // The order is random over all of them: before the last address no prefix has been asked.
        targets: this.asked >= total ? [...this.order.targets] : [],
        vlan: 0,
        isComplete,
      },
    })
  }
}
