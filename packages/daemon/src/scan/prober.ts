/**
 * Carries out active checks: those that detection asks for on suspicion and,
 * if enabled, a trickle of forwarding probes over all known hosts. Everything
 * keeps to one budget of frames a minute; a check that finds it used up waits
 * its turn.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import type { ProbeRequest, ProbeResult } from '../detect/engine/detection.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { Packet } from '../wire/packet.js'
import type { ProbeBudget } from './probe-budget.js'
import { mayProbe } from './probe-guard.js'
import { type ProbeMethod, probeMethod } from './probe-method.js'
import { isForeignFrame, type ScannerDependencies } from './scan-context.js'

export interface ProberOptions {
  /** Bound on frames in any minute. */
  framesPerMinute: number
  /** Of so many frames; shared with other active checks. */
  budget: ProbeBudget
  onResult: (result: ProbeResult) => void
}

interface Probe {
  readonly key: string
  /** All that ask for the same check of the same target. */
  readonly requests: ProbeRequest[]
  readonly method: ProbeMethod
  readonly waitsMs: readonly number[]
  sent: number
  cancelTimer: () => void
}

/** A host asleep on Wi-Fi may need more than a second; neighbours are asked three times (RFC 4861 section 10). */
const WHO_HAS_WAITS_MS = [500, SECOND_MS, SECOND_MS]
/** Who forwards is awake; the second frame makes up for a lost one. */
const FORWARDING_WAITS_MS = [500, SECOND_MS]
/** Of a normal host nothing comes back, and its turn will come again. */
const PERIODIC_WAITS_MS = [SECOND_MS]
const MAX_PROBES = 64
const MAX_REQUESTS_PER_PROBE = 16
/** The trickle takes at most half of the budget, and none when suspicion has used most of it. */
const PERIODIC_SHARE = 1 / 2
const PERIODIC_LIMIT = 3 / 4

export class Prober {
  private readonly probes = new Map<string, Probe>()
  /** Probes whose next frame is due, in the order in which they came due. */
  private due: Probe[] = []
  private cancelBudgetTimer: (() => void) | null = null
  private cancelPeriodicTimer: () => void = () => {}
  private periodicHosts: { ip: string; mac: string }[] = []
  private sent = 0
  private isStopped = false

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
    private readonly options: ProberOptions,
  ) {}

  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
  }

  /** Frames sent so far. */
  get framesSent(): number {
    return this.sent
  }

  framesLastMinute(): number {
    return this.options.budget.usedAt(this.dependencies.timers.nowMs())
  }

  /** False when the target may not be probed, or too many checks are under way: no result will follow. */
  request(request: ProbeRequest): boolean {
    return this.begin(request, request.method === 'forwarding_probe' ? FORWARDING_WAITS_MS : WHO_HAS_WAITS_MS)
  }

  /** Probes the hosts that `knownHosts` gives, one after the other, over and over. */
  startPeriodic(knownHosts: () => readonly { ip: string; mac: string }[]): void {
    const everyMs = MINUTE_MS / (this.options.framesPerMinute * PERIODIC_SHARE)
    this.cancelPeriodicTimer()
    this.cancelPeriodicTimer = this.dependencies.timers.after(everyMs, () => {
      if (this.hasSpareBudget()) this.probeNextHost(knownHosts)
      this.startPeriodic(knownHosts)
    })
  }

  observe(packet: Packet): void {
    if (this.probes.size === 0 || !isForeignFrame(packet, this.facts)) return
    const { type } = packet.payload
    if (type !== 'arp' && type !== 'icmpv4' && type !== 'icmpv6') return
    for (const probe of this.probes.values()) {
      if (probe.method.isAnswer(packet)) this.settle(probe, probe.method.onAnswer, packet.timeMs)
    }
  }

  stop(): void {
    this.isStopped = true
    this.cancelPeriodicTimer()
    this.cancelBudgetTimer?.()
    for (const probe of this.probes.values()) probe.cancelTimer()
    this.probes.clear()
    this.due = []
  }

  private begin(request: ProbeRequest, waitsMs: readonly number[]): boolean {
    const key = `${request.method} ${request.target.ip} ${request.target.mac}`
    const running = this.probes.get(key)
    if (running) {
      if (running.requests.length >= MAX_REQUESTS_PER_PROBE) return false
      running.requests.push(request)
      return true
    }
    if (this.isStopped || this.probes.size >= MAX_PROBES || !mayProbe(request.target, this.facts))
      return false
    const method = probeMethod(request, this.facts, this.dependencies.random)
    if (method === null) return false
    const probe: Probe = { key, requests: [request], method, waitsMs, sent: 0, cancelTimer: () => {} }
    this.probes.set(key, probe)
    this.due.push(probe)
    this.sendDue()
    return true
  }

  private sendDue(): void {
    const { timers } = this.dependencies
    for (let probe = this.due[0]; probe; probe = this.due[0]) {
      // Answered while it waited for the budget.
      const isOver = this.probes.get(probe.key) !== probe
      if (!isOver && !this.options.budget.spend(timers.nowMs())) {
        this.cancelBudgetTimer ??= timers.after(this.options.budget.waitMs(timers.nowMs()), () => {
          this.cancelBudgetTimer = null
          this.sendDue()
        })
        return
      }
      this.due.shift()
      if (!isOver) this.send(probe)
    }
  }

  private send(probe: Probe): void {
    const { sender, timers } = this.dependencies
    try {
      sender.send(probe.sent === 0 ? probe.method.frame : probe.method.repeat)
    } catch {
      // The interface is going away. Silence would be no evidence, so there is no result.
      this.probes.delete(probe.key)
      return
    }
    this.sent++
    const waitMs = probe.waitsMs[probe.sent++] ?? 0
    probe.cancelTimer = timers.after(waitMs, () => {
      if (probe.sent >= probe.waitsMs.length) {
        this.settle(probe, 'silent', timers.nowMs())
      } else {
        this.due.push(probe)
        this.sendDue()
      }
    })
  }

  private settle(probe: Probe, result: ProbeResult['result'], atMs: number): void {
    probe.cancelTimer()
    this.probes.delete(probe.key)
    for (const request of probe.requests) this.options.onResult({ ...request, result, atMs })
  }

  private hasSpareBudget(): boolean {
    const isBusy = this.due.length > 0 || this.probes.size >= MAX_PROBES / 2
    return !isBusy && this.framesLastMinute() < this.options.framesPerMinute * PERIODIC_LIMIT
  }

  /** Hosts of one MAC are one machine; that a gateway forwards is known. */
  private probeNextHost(knownHosts: () => readonly { ip: string; mac: string }[]): void {
    if (this.periodicHosts.length === 0) {
      const byMac = new Map(knownHosts().map((host) => [host.mac, host]))
      this.periodicHosts = [...byMac.values()].filter(({ ip }) => !this.facts.gateways.includes(ip))
    }
    for (let target = this.periodicHosts.shift(); target; target = this.periodicHosts.shift()) {
      if (this.begin({ method: 'forwarding_probe', target, alertId: '' }, PERIODIC_WAITS_MS)) return
    }
  }
}
