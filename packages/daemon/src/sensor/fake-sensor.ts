/** Sensor processes for tests: nothing runs, reports are made by hand. */

import { NO_FACTS } from '../model/interface.js'
import type { Command, Report, SensorSettings } from '../model/sensor.js'
import type { Logger } from '../os/log.js'
import type { LinkEvents, OpenLink, SensorLink } from './sensor-link.js'

export class FakeSensor implements SensorLink {
  readonly commands: Command[] = []
  isKilled = false

  constructor(
    readonly pid: number,
    private readonly events: LinkEvents,
    readonly log: Logger,
  ) {}

  send(command: Command): void {
    this.commands.push(command)
  }

  kill(): void {
    if (this.isKilled) return
    this.isKilled = true
    this.events.onExit('signal SIGKILL')
  }

  report(report: Report): void {
    this.events.onReport(report)
  }

  ready(): void {
    this.report({ type: 'ready', pid: this.pid, uid: 999, gid: 999, effectiveCapabilities: 0n })
  }

  exit(how = 'exit code 1'): void {
    this.events.onExit(how)
  }
}

export class FakeSensors {
  /** All that were started, the newest last. */
  readonly all: FakeSensor[] = []

  readonly open: OpenLink = (events, log) => {
    const sensor = new FakeSensor(1000 + this.all.length, events, log)
    this.all.push(sensor)
    return sensor
  }

  get newest(): FakeSensor {
    const sensor = this.all.at(-1)
    if (!sensor) throw new Error('no sensor was started')
    return sensor
  }
}

export const SETTINGS: SensorSettings = {
  daemonId: 'd'.repeat(32),
  interface: 'eth0',
  facts: NO_FACTS,
  uid: 999,
  gid: 999,
  ringBytes: 1024,
  promiscuous: true,
  flowCapacity: 1024,
  bucketMs: 1000,
  activeVerification: true,
  periodicProbing: false,
  nameProbing: false,
  uplinkPatienceMs: 0,
  uplinkTargets: [],
  probesPerMinute: 30,
  learningMs: 0,
  pinned: [],
  allowedScanners: [],
  learnt: new Uint8Array(0),
}
