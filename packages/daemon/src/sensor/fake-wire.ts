/**
 * A sensor at work on a made-up LAN, for tests: the real scanner, prober,
 * accountant, detection and pipeline, on fake timers and a machine whose clock
 * can be set. Frames are stamped when they come and delivered as the kernel
 * does, a block at a time.
 */

import { Accountant } from '../account/accountant.js'
import { encodeCaptureFile, type FileFrame } from '../capture/capture-file.js'
import type { FrameSender, PacketBatch, PacketSource } from '../capture/packet-source.js'
import { createDetectionEngine } from '../detect/engine/engine.js'
import { FakeTraffic, NO_CONTEXT } from '../detect/engine/fake-traffic.js'
import type { Report, SensorSettings } from '../model/sensor.js'
import { type FakeHost, FakeLan } from '../scan/fake-lan.js'
import { FakeMachine } from '../time/fake-machine.js'
import { FakeTimers } from '../time/fake-timers.js'
import { startLiveClock } from '../time/live-clock.js'
import { Sensor } from './sensor.js'

const BLOCK_TIMEOUT_MS = 50
/** What the wall clock shows in the beginning. */
export const START_MS = 1_700_000_000_000

/** Hosts that speak by themselves, on the wire of a `FakeLan`. */
class WireTraffic extends FakeTraffic {
  constructor(private readonly lan: FakeLan) {
    super()
  }

  override send(frame: Uint8Array): void {
    this.lan.receive(frame)
  }
}

export class FakeWire implements PacketSource, FrameSender {
  readonly linkType = 1
  readonly done = new Promise<void>(() => {})
  readonly timers = new FakeTimers()
  readonly machine = new FakeMachine(this.timers, START_MS - this.timers.nowMs())
  readonly lan: FakeLan
  readonly traffic: WireTraffic
  readonly sensor: Sensor
  /** With the wall time at which each was written. */
  readonly reports: { wallMs: number; report: Report }[] = []
  /** All that was on the wire but our own. */
  readonly frames: FileFrame[] = []
  private waiting: FileFrame[] = []
  private onBatch: (batch: PacketBatch) => void = () => {}

  constructor(settings: SensorSettings, hosts: FakeHost[]) {
    this.lan = new FakeLan(this.timers, hosts)
    this.lan.onPacket = ({ bytes, ethernet }) => {
      if (ethernet.sourceMac !== settings.facts.mac) this.take(bytes.slice())
    }
    this.traffic = new WireTraffic(this.lan)
    this.sensor = new Sensor({
      settings,
      source: this,
      accountant: new Accountant({ flowCapacity: settings.flowCapacity }),
      engine: createDetectionEngine(NO_CONTEXT, settings),
      writer: {
        write: (report) => void this.reports.push({ wallMs: this.machine.wallMs(), report }),
        isCongested: () => false,
      },
      clock: startLiveClock(this.machine),
      after: (delayMs, callback) => this.timers.after(delayMs, callback),
      memory: { residentBytes: () => 1, collect: () => {} },
      random: Math.random,
    })
  }

  /** What another program of this machine sends, as the capture shows it. */
  showOwn(frame: Uint8Array): void {
    this.take(frame)
  }

  start(onBatch: (batch: PacketBatch) => void): void {
    this.onBatch = onBatch
  }

  send(frame: Uint8Array): void {
    this.lan.send(frame)
  }

  statistics() {
    return { received: this.frames.length, dropped: 0, interfaceDropped: 0 }
  }

  close(): void {}

  reportsOf<Type extends Report['type']>(type: Type) {
    return this.reports.flatMap(({ wallMs, report }) =>
      report.type === type ? [{ wallMs, report: report as Extract<Report, { type: Type }> }] : [],
    )
  }

  /** The same as a capture file. */
  file(): Uint8Array {
    return encodeCaptureFile(this.linkType, this.frames)
  }

  private take(bytes: Uint8Array): void {
    const frame = { timeMs: this.machine.stampMs(), bytes }
    this.frames.push(frame)
    if (this.waiting.push(frame) === 1) this.timers.after(BLOCK_TIMEOUT_MS, () => this.deliver())
  }

  private deliver(): void {
    const frames = this.waiting
    this.waiting = []
    let offset = 0
    this.onBatch({
      count: frames.length,
      bytes: Uint8Array.from(frames.flatMap(({ bytes }) => [...bytes])),
      offsets: Uint32Array.from(frames, ({ bytes }) => {
        offset += bytes.length
        return offset - bytes.length
      }),
      capturedLengths: Uint32Array.from(frames, ({ bytes }) => bytes.length),
      wireLengths: Uint32Array.from(frames, ({ bytes }) => bytes.length),
      timesMs: Float64Array.from(frames, ({ timeMs }) => timeMs),
    })
  }
}
