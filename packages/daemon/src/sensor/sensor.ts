/**
 * A sensor at work, after it has given up its rights: frames in, reports out,
 * and the daemon's commands carried out.
 */

import type { Cidr } from '@netwatcher/shared'
import { MINUTE_MS, makeCidr, SECOND_MS, type TableStatus } from '@netwatcher/shared'
import type { AnnounceKindName } from '@netwatcher/shared/names'
import type { AccountTotals } from '../account/totals.js'
import type { FrameSender, PacketSource } from '../capture/packet-source.js'
import { MAX_SNAPSHOT_BYTES } from '../convert/report.js'
import type {
  DetectionEngine,
  DetectionOutput,
  InterfaceContext,
  ProbeRequest,
  ProbeResult,
} from '../detect/engine/detection.js'
import type { SensorCounters } from '../model/capture.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanStep } from '../model/scan.js'
import type { Command, SensorSettings } from '../model/sensor.js'
import type { TrafficBucket } from '../model/traffic.js'
import { type Uplink, withTimes } from '../model/uplink.js'
import { runDrill } from '../pipeline/drill.js'
import { type FrameAccountant, Pipeline } from '../pipeline/pipeline.js'
import { Announcer } from '../scan/announcer.js'
import { Decoys } from '../scan/decoys.js'
import { NameProber } from '../scan/name-prober.js'
import { ProbeBudget } from '../scan/probe-budget.js'
import { Prober } from '../scan/prober.js'
import { Scanner } from '../scan/scanner.js'
import { UplinkWatch } from '../scan/uplink-watch.js'
import { wakeFrames } from '../scan/wake-frames.js'
import type { CaptureClock } from '../time/capture-clock.js'
import type { Timers } from '../time/timers.js'
import { CountingSender } from './counting-sender.js'
import { MemoryRelease, type ProcessMemory } from './memory-release.js'
import { Outbox, type ReportWriter } from './outbox.js'
import { ForeignTraffic, isGateway, workOutVantage } from './vantage.js'

export interface SensorParts {
  settings: SensorSettings
  source: PacketSource & FrameSender
  accountant: FrameAccountant & {
    totals(): AccountTotals
    setLocal(subnets: readonly Cidr[], ownMac: string): void
    setSecondViews(facts: InterfaceFacts): void
  }
  engine: DetectionEngine
  writer: ReportWriter
  clock: CaptureClock
  /** Runs something later, see `Timers`. */
  after: Timers['after']
  memory: ProcessMemory
  random: () => number
}

/** Where nothing comes, what is waited for (an owner who does not object) is still told within two seconds. */
const ADVANCE_MS = SECOND_MS / 4
const TICK_MS = SECOND_MS
const STATUS_TICKS = 5
/** A status is also a sign of life. */
const STATUS_MAX_TICKS = 30
const SNAPSHOT_TICKS = (5 * MINUTE_MS) / TICK_MS

export class Sensor {
  private readonly timers: Timers
  private readonly pipeline: Pipeline
  private readonly scanner: Scanner
  private readonly prober: Prober
  private readonly nameProber: NameProber
  private readonly announcer: Announcer
  private readonly decoys: Decoys
  /** Null unless it is asked for. */
  private readonly uplink: UplinkWatch | null
  private readonly sender: CountingSender
  private readonly outbox: Outbox
  private readonly memoryRelease: MemoryRelease
  private readonly foreignTraffic = new ForeignTraffic()
  private facts: InterfaceFacts
  private pinned: SensorSettings['pinned']
  private hasSeenOthers = false
  private reportedDrops = 0
  private reportedStatus = ''
  private reportedSnapshot: Uint8Array
  private clockSteps = 0
  private advances = 0
  private ticks = 0
  private ticksSinceStatus = 0
  private cancelTick = () => {}

  constructor(private readonly parts: SensorParts) {
    const { settings, source, accountant, engine, writer, clock, after, random } = parts
    const timers: Timers = { nowMs: () => clock.nowMs(), after }
    this.timers = timers
    this.facts = settings.facts
    this.pinned = settings.pinned
    this.reportedSnapshot = settings.learnt
    this.sender = new CountingSender(source)
    const sender: FrameSender = {
      send: (frame) => {
        // The time before the answer can come.
        const sentMs = timers.nowMs()
        this.sender.send(frame)
        this.pipeline.noteSent(frame, sentMs)
      },
    }
    const sending = { sender, timers, random }
    this.scanner = new Scanner(sending, settings.facts)
    const checks = {
      budget: new ProbeBudget(settings.probesPerMinute),
      // What follows from it comes out with the next batch or tick.
      onResult: (result: ProbeResult) => engine.verified(result),
    }
    this.prober = new Prober(sending, settings.facts, {
      framesPerMinute: settings.probesPerMinute,
      ...checks,
    })
    this.nameProber = new NameProber(sending, settings.facts, checks)
    this.announcer = new Announcer(sending, settings.facts)
    const holderOf = (ip: string) => engine.bindings().find((host) => host.ip === ip)?.mac ?? ''
    this.uplink =
      settings.uplinkPatienceMs === 0
        ? null
        : new UplinkWatch(sending, settings.facts, {
            patienceMs: settings.uplinkPatienceMs,
            targets: settings.uplinkTargets,
            holderOf,
            missedFrames: () => accountant.totals().withheld + source.statistics().dropped,
            onChange: () => this.sendStatus(),
          })
    this.decoys = new Decoys(sending, {
      holderOf,
      onChange: () => engine.setContext(this.context()),
    })
    this.outbox = new Outbox(writer, timers)
    this.memoryRelease = new MemoryRelease(parts.memory)
    this.pipeline = new Pipeline({
      linkType: source.linkType,
      clock,
      accountant,
      engine,
      observers: [
        (packet) => this.scanner.observe(packet),
        (packet) => this.prober.observe(packet),
        (packet) => this.nameProber.observe(packet),
        (packet) => this.announcer.observe(packet),
        (packet) => this.decoys.observe(packet),
        (packet) => this.uplink?.observe(packet),
        (packet) => this.foreignTraffic.observe(packet, this.facts.mac),
      ],
      bucketMs: settings.bucketMs,
      onOutput: (output) => this.take(output),
      onBucket: (bucket) => this.takeBucket(bucket),
      onClockStep: (stepMs) => {
        this.clockSteps++
        writer.write({ type: 'clock_step', stepMs })
      },
    })
  }

  start(): void {
    const { engine, settings, source } = this.parts
    engine.restore(settings.learnt, this.timers.nowMs())
    this.applyFacts()
    this.schedule()
    if (settings.activeVerification && settings.periodicProbing) {
      this.prober.startPeriodic(() => engine.bindings())
    }
    if (settings.activeVerification && settings.nameProbing) this.nameProber.startPeriodic()
    this.uplink?.start()
    source.start((batch) => this.pipeline.process(batch))
  }

  command(command: Command): void {
    switch (command.type) {
      case 'facts':
        this.facts = command.facts
        this.applyFacts()
        break
      case 'set_pinned':
        this.pinned = command.pinned
        this.applyFacts()
        break
      case 'start_scan': {
        const { scanId } = command.order
        this.scanner.startScan(command.order, (step) =>
          this.parts.writer.write({ type: 'scan', scanId, step: this.inWallTime(step) }),
        )
        break
      }
      case 'drill':
        this.drill(command.alertId)
        break
      case 'wake':
        this.wake(command.wakeId, command.mac)
        break
      case 'announce':
        this.announce(command.announceId, command.kinds)
        break
      case 'cancel_scan':
        this.scanner.cancel(command.scanId)
        break
      default:
        // `configure` and `stop` are the business of the process.
        break
    }
  }

  /** Tells everything that is still untold. */
  stop(): void {
    this.cancelTick()
    this.scanner.stop()
    this.prober.stop()
    this.nameProber.stop()
    this.announcer.stop()
    this.decoys.stop()
    this.uplink?.stop()
    this.pipeline.finish()
    this.outbox.flush()
    this.sendSnapshot()
    this.sendStatus()
    this.parts.source.close()
  }

  /** Through decoder, detectors and outbox, past the capture: nothing is sent, nothing is learnt. */
  private drill(alertId: string): void {
    const nowMs = this.timers.nowMs()
    const update = runDrill(nowMs, this.parts.clock.toWallMs(nowMs), alertId)
    if (update) this.outbox.addDetection({ alerts: [update], hosts: [], names: [], probes: [], clues: [] })
  }

  private wake(wakeId: number, mac: string): void {
    const frames = wakeFrames(mac, this.facts.mac, this.parts.engine.bindings())
    for (const frame of frames) this.sender.send(frame)
    this.parts.writer.write({ type: 'woken', wakeId, sent: frames.length })
  }

  private announce(announceId: number, kinds: readonly AnnounceKindName[]): void {
    const { activeVerification, nameProbing } = this.parts.settings
    const isProbing = activeVerification && nameProbing && kinds.includes('unknown_name')
    const probed = isProbing ? this.nameProber.askNow() : 0
    this.announcer.announce(kinds, (sent) =>
      this.parts.writer.write({ type: 'announced', announceId, sent: sent + probed }),
    )
  }

  private inWallTime(step: ScanStep): ScanStep {
    if (step.type !== 'host') return step
    return { ...step, host: { ...step.host, seenMs: this.parts.clock.toWallMs(step.host.seenMs) } }
  }

  private schedule(): void {
    this.cancelTick = this.timers.after(ADVANCE_MS, () => {
      this.pipeline.advance()
      if (++this.advances % (TICK_MS / ADVANCE_MS) === 0) this.tick()
      this.schedule()
    })
  }

  private tick(): void {
    this.ticks++
    this.ticksSinceStatus++
    this.outbox.tick()
    if (this.ticks % STATUS_TICKS === 0) {
      this.sendStatus()
      this.memoryRelease.check(this.parts.accountant.totals().packets)
    }
    if (this.ticks % SNAPSHOT_TICKS === 0) this.sendSnapshot()
  }

  private take(output: DetectionOutput): void {
    this.hasSeenOthers ||= output.hosts.some(({ mac }) => mac !== this.facts.mac)
    const names = output.names.filter(({ name }) => !this.nameProber.hasInvented(name))
    const clues = output.clues.filter((clue) => !this.announcer.isOwnQuestion(clue))
    this.outbox.addDetection({ ...output, names, clues })
    for (const probe of output.probes) this.check(probe)
  }

  private check(probe: ProbeRequest): void {
    if (probe.method !== 'name_probe') this.prober.request(probe)
    else if (this.parts.settings.nameProbing) this.nameProber.request(probe)
  }

  private takeBucket(bucket: TrafficBucket): void {
    const { dropped } = this.parts.source.statistics()
    const startMs = Math.trunc(bucket.startMs)
    const durationMs = Math.trunc(bucket.durationMs)
    this.outbox.addTraffic({ ...bucket, startMs, durationMs, dropped: dropped - this.reportedDrops })
    this.reportedDrops = dropped
  }

  private applyFacts(): void {
    const { accountant, engine } = this.parts
    this.decoys.setFacts(this.facts)
    const context = this.context()
    engine.setContext(context)
    accountant.setLocal(context.subnets, context.ownMac)
    accountant.setSecondViews(this.facts)
    this.scanner.setFacts(this.facts)
    this.prober.setFacts(this.facts)
    this.nameProber.setFacts(this.facts)
    this.announcer.setFacts(this.facts)
    this.uplink?.setFacts(this.facts)
  }

  private context(): InterfaceContext {
    const { mac, ownMacs, addresses, gateways, isGuestBridge } = this.facts
    const subnets = addresses
      .map(({ ip, prefixLength }) => makeCidr(ip, prefixLength))
      .filter((cidr) => cidr !== null)
    return {
      ownMac: mac,
      ownMacs,
      ownIps: addresses.map(({ ip }) => ip),
      subnets,
      gateways,
      isGateway: isGateway(this.facts),
      isGuestBridge,
      pinned: this.pinned,
      decoys: this.decoys.held(),
    }
  }

  private sendStatus(): void {
    const counters = this.counters()
    // Memory moves by itself; it is told along, but is no news.
    const comparable = JSON.stringify({ ...counters, rssBytes: 0 })
    if (comparable === this.reportedStatus && this.ticksSinceStatus < STATUS_MAX_TICKS) return
    if (this.parts.writer.isCongested()) return
    this.reportedStatus = comparable
    this.ticksSinceStatus = 0
    this.parts.writer.write({ type: 'status', counters })
  }

  private counters(): SensorCounters {
    const { accountant, source, engine, clock } = this.parts
    const { packets, bytes, malformed, overflowed, foreignUnicast, flows, flowCapacity } = accountant.totals()
    const { dropped, interfaceDropped } = source.statistics()
    const vantage = {
      isGateway: isGateway(this.facts),
      packets,
      hasForeignTraffic: this.foreignTraffic.isInView(this.timers.nowMs()),
      hasSeenOthers: this.hasSeenOthers,
    }
    return {
      packets,
      bytes,
      dropped,
      interfaceDropped,
      malformed: malformed + this.pipeline.malformed,
      overflowed,
      flows,
      flowCapacity,
      vantage: workOutVantage(vantage),
      foreignUnicast,
      probesSent: this.prober.framesSent + this.nameProber.framesSent,
      sentPackets: this.sender.packets,
      sentBytes: this.sender.bytes,
      rssBytes: this.parts.memory.residentBytes(),
      learningUntilMs: engine.learningUntilMs === 0 ? 0 : Math.trunc(clock.toWallMs(engine.learningUntilMs)),
      clockSteps: this.clockSteps,
      tables: this.tables(),
      decoys: this.decoys.statuses(),
      hellos: engine.hellos(),
      uplink: this.uplinkInWallTime(),
    }
  }

  private uplinkInWallTime(): Uplink | null {
    const uplink = this.uplink?.status() ?? null
    if (uplink === null) return null
    return withTimes(uplink, (ms) => (ms === 0 ? 0 : Math.max(0, Math.trunc(this.parts.clock.toWallMs(ms)))))
  }

  private tables(): TableStatus[] {
    const { accountant, engine } = this.parts
    const { flows, flowCapacity, overflowed, withheld } = accountant.totals()
    // Of flows and of frames for detection it is the frames that are counted.
    return [
      { table: 'flows', entries: flows, capacity: flowCapacity, evicted: 0, refused: overflowed },
      { table: 'frames_for_detection', entries: 0, capacity: 0, evicted: 0, refused: withheld },
      this.foreignTraffic.table(),
      ...this.outbox.tables(),
      ...engine.tables(),
    ]
  }

  private sendSnapshot(): void {
    const { engine, clock } = this.parts
    const snapshot = engine.snapshot((timeMs) => clock.toWallMs(timeMs))
    const isNews = Buffer.compare(snapshot, this.reportedSnapshot) !== 0
    if (!isNews || snapshot.length > MAX_SNAPSHOT_BYTES) return
    this.reportedSnapshot = snapshot
    this.parts.writer.write({ type: 'learnt', snapshot })
  }
}
