/**
 * Keeps the sensor of one interface running: starts it when the interface is
 * up, believes nothing before it has given up all rights, and starts it again
 * with growing waits when it dies, hangs or sends nonsense.
 */

import { isDeepStrictEqual } from 'node:util'
import {
  errorMessage,
  isNoText,
  MINUTE_MS,
  NO_TEXT,
  render,
  SECOND_MS,
  type Text,
  text,
} from '@netwatcher/shared'
import { asOfArrival } from '../convert/arrival.js'
import {
  type CaptureState,
  type CaptureStatus,
  NO_HELLOS,
  type SensorCounters,
  type TimeSpan,
} from '../model/capture.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { Command, Report, SensorSettings } from '../model/sensor.js'
import type { KernelCounters } from '../os/kernel-counters.js'
import type { Logger } from '../os/log.js'
import { rationed } from '../os/log-quota.js'
import type { Timers } from '../time/timers.js'
import type { OpenLink, SensorLink } from './sensor-link.js'
import { TrafficMeter } from './traffic-meter.js'

export interface SupervisorDependencies {
  interfaceName: string
  openLink: OpenLink
  /** What the sensor is told first; made anew at every start. */
  settings(): SensorSettings
  kernelCounters(): KernelCounters
  /** Mbit/s; null where it is not known. */
  linkSpeed(): number | null
  timers: Timers
  /** Milliseconds since 1970-01-01 UTC. */
  wallMs(): number
  log: Logger
  /** Every report but `ready` and `failure`, after it was checked. */
  onReport(report: Report): void
  /** The state or its reason has changed. */
  onState(status: CaptureStatus): void
  /**
   * The sensor that was there has ended, with what it held in memory; `uncounted`
   * is the time of which nothing was told, null when it was stopped in order.
   */
  onLost(uncounted: TimeSpan | null): void
  /** A sensor cannot give up its rights here, and the next one could not either. */
  onUnsafe(sentence: string): void
}

export type LinkState = 'up' | 'down' | 'gone'

const LINK_DETAIL: Record<LinkState, Text> = {
  up: NO_TEXT,
  down: text('interface_down'),
  gone: text('interface_absent'),
}

const FIRST_RETRY_MS = 200
const LAST_RETRY_MS = 5 * SECOND_MS
const HEALTHY_MS = MINUTE_MS
const READY_TIMEOUT_MS = 20 * SECOND_MS
/** Sensors report at least every 30 s; one that has been silent for longer than this hangs. */
const SILENCE_MS = 100 * SECOND_MS
const STOP_TIMEOUT_MS = 1500
const SENSOR_LINES_PER_MINUTE = 60

const NO_COUNTERS: SensorCounters = {
  packets: 0,
  bytes: 0,
  dropped: 0,
  interfaceDropped: 0,
  malformed: 0,
  overflowed: 0,
  flows: 0,
  flowCapacity: 0,
  vantage: 'unknown',
  foreignUnicast: 0,
  probesSent: 0,
  sentPackets: 0,
  sentBytes: 0,
  rssBytes: 0,
  learningUntilMs: 0,
  clockSteps: 0,
  decoys: [],
  hellos: NO_HELLOS,
  uplink: null,
  tables: [],
}

export class SensorSupervisor {
  private isWanted = false
  private linkState: LinkState = 'gone'
  private state: CaptureState = 'stopped'
  private detail = NO_TEXT
  private link: SensorLink | null = null
  private isReady = false
  private starts = 0
  private uid = 0
  private startedMs = 0
  private readyMs = 0
  private lastReportMs = 0
  /** Wall time up to which its traffic has been told. */
  private toldUntilMs = 0
  private meter = new TrafficMeter(0)
  /** It was told to stop and did not. */
  private isForced = false
  private retryMs = FIRST_RETRY_MS
  private cancelTimer = () => {}
  private counters = NO_COUNTERS
  private kernelAtStart: KernelCounters = { packets: 0, bytes: 0 }
  /** Read together with the sensor's own counters, so that the two can be compared. */
  private kernelAtReport: KernelCounters = { packets: 0, bytes: 0 }
  private readonly exitWaiters: (() => void)[] = []

  /** For what sensors of this interface say and cause, however often they are started again. */
  private readonly sensorLog: Logger

  constructor(private readonly deps: SupervisorDependencies) {
    this.sensorLog = rationed(deps.log, SENSOR_LINES_PER_MINUTE, () => deps.timers.nowMs())
  }

  start(): void {
    this.isWanted = true
    this.retryMs = FIRST_RETRY_MS
    this.advance()
  }

  /** Settles when the process has ended. */
  async stop(): Promise<void> {
    this.isWanted = false
    this.cancelTimer()
    this.setState('stopped', text('capture_stopped'))
    const { link } = this
    if (!link) return
    link.send({ type: 'stop' })
    const ended = new Promise<void>((resolve) => this.exitWaiters.push(resolve))
    const cancel = this.deps.timers.after(STOP_TIMEOUT_MS, () => {
      this.isForced = true
      link.kill()
    })
    await ended
    cancel()
  }

  /** Tells it how the interface is doing; `isReplaced` when another one has taken its name. */
  setLink(state: LinkState, isReplaced: boolean): void {
    const hasChanged = state !== this.linkState
    this.linkState = state
    if (hasChanged && state === 'up') this.meter.setSpeed(this.deps.linkSpeed())
    if (this.link && (state === 'gone' || isReplaced)) this.link.kill()
    if (!hasChanged) return
    this.retryMs = FIRST_RETRY_MS
    if (this.isReady) this.setState(state === 'up' ? 'running' : 'retrying', LINK_DETAIL[state])
    else this.advance()
  }

  setFacts(facts: InterfaceFacts): void {
    this.send({ type: 'facts', facts })
  }

  /** False when there is no sensor that would take it. */
  send(command: Command): boolean {
    if (!this.link || !this.isReady) return false
    this.link.send(command)
    return true
  }

  /** Ends a sensor that has hung. Called from time to time. */
  check(): void {
    const silentMs = this.deps.timers.nowMs() - this.lastReportMs
    if (!this.link || silentMs < (this.isReady ? SILENCE_MS : READY_TIMEOUT_MS)) return
    this.deps.log.warn('A sensor did not answer and was ended', { interface: this.deps.interfaceName })
    this.link.kill()
  }

  status(): CaptureStatus {
    const kernel = this.kernelAtReport
    const { sentPackets, sentBytes } = this.counters
    const visible = (now: number, then: number, sent: number) =>
      this.isReady ? Math.max(0, now - then - sent) : 0
    return {
      interface: this.deps.interfaceName,
      state: this.state,
      detail: this.detail,
      counters: this.counters,
      pid: this.link?.pid ?? 0,
      uid: this.uid,
      restarts: Math.max(0, this.starts - 1),
      startedMs: this.startedMs,
      kernelPackets: visible(kernel.packets, this.kernelAtStart.packets, sentPackets),
      kernelBytes: visible(kernel.bytes, this.kernelAtStart.bytes, sentBytes),
    }
  }

  /** Starts a process if one is wanted and can work. */
  private advance(): void {
    this.cancelTimer()
    if (!this.isWanted || this.link) return
    if (this.linkState !== 'up') {
      this.setState('retrying', LINK_DETAIL[this.linkState])
      return
    }
    this.spawn()
  }

  private spawn(): void {
    const { timers, openLink, settings, linkSpeed, log, interfaceName } = this.deps
    this.starts++
    this.isReady = false
    this.isForced = false
    this.counters = NO_COUNTERS
    this.lastReportMs = timers.nowMs()
    this.meter = new TrafficMeter(this.lastReportMs)
    this.meter.setSpeed(linkSpeed())
    this.setState('starting', NO_TEXT)
    try {
      const link = openLink(
        {
          onReport: (report) => this.receive(report),
          onExit: (how) => this.exited(how),
        },
        this.sensorLog,
      )
      this.link = link
      link.send({ type: 'configure', settings: settings() })
    } catch (error) {
      log.error('A sensor could not be started', { interface: interfaceName, error: errorMessage(error) })
      this.retryLater(text('sensor_not_started', { error: errorMessage(error) }))
    }
  }

  /** Throws ReportError for what no sound sensor can have seen. */
  private receive(report: Report): void {
    this.lastReportMs = this.deps.timers.nowMs()
    if (report.type === 'failure') {
      this.detail = text(`sensor_${report.code}`, { error: report.message })
      // Once it has looked at packets, it may be anybody who says so.
      if (report.code === 'drop_failed' && !this.isReady) this.deps.onUnsafe(report.message)
      return
    }
    if (report.type === 'ready') {
      this.becomeReady(report)
      return
    }
    // Before it has shown that it holds no rights, nothing it says counts.
    if (!this.isReady) {
      this.link?.kill()
      return
    }
    if (report.type === 'traffic') this.meter.take(report.traffic, this.lastReportMs)
    const told = asOfArrival(report, this.startedMs, this.deps.wallMs())
    if (told.type === 'status') {
      this.counters = told.counters
      this.kernelAtReport = this.deps.kernelCounters()
    }
    if (told.type === 'traffic') this.toldUntilMs = told.traffic.startMs + told.traffic.durationMs
    this.deps.onReport(told)
  }

  private becomeReady(report: Report & { type: 'ready' }): void {
    if (report.uid === 0 || report.effectiveCapabilities !== 0n || this.isReady) {
      this.detail = text('sensor_kept_rights')
      this.link?.kill()
      return
    }
    this.isReady = true
    this.uid = report.uid
    this.startedMs = this.deps.wallMs()
    this.toldUntilMs = this.startedMs
    this.readyMs = this.deps.timers.nowMs()
    this.kernelAtStart = this.deps.kernelCounters()
    this.kernelAtReport = this.kernelAtStart
    this.setState('running', NO_TEXT)
  }

  private exited(how: string): void {
    const wasRunning = this.isReady
    const healthyMs = wasRunning ? this.deps.timers.nowMs() - this.readyMs : 0
    const why = isNoText(this.detail) ? text('sensor_ended', { how }) : this.detail
    this.link = null
    this.isReady = false
    if (wasRunning) this.deps.onLost(this.uncounted())
    for (const resolve of this.exitWaiters.splice(0)) resolve()
    if (!this.isWanted) return
    if (healthyMs >= HEALTHY_MS) this.retryMs = FIRST_RETRY_MS
    this.retryLater(why)
  }

  private uncounted(): TimeSpan | null {
    if (!this.isWanted && !this.isForced) return null
    const toMs = this.deps.wallMs()
    // The clock may have been set back.
    return { fromMs: Math.min(this.toldUntilMs, toMs), toMs }
  }

  private retryLater(why: Text): void {
    const { timers, log, interfaceName } = this.deps
    this.cancelTimer()
    this.setState('retrying', why)
    const said = { interface: interfaceName, why: render(why, 'en'), waitMs: this.retryMs }
    log.warn('A sensor ended and is started again', said)
    this.cancelTimer = timers.after(this.retryMs, () => this.advance())
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS)
  }

  private setState(state: CaptureState, detail: Text): void {
    const hasChanged = state !== this.state || !isDeepStrictEqual(detail, this.detail)
    this.state = state
    this.detail = detail
    if (hasChanged) this.deps.onState(this.status())
  }
}
