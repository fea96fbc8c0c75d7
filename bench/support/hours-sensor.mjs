/** The sensor of `hours`: the one of the product, on a wire and a clock that are made up. */

import { Accountant } from '../../packages/daemon/dist/account/accountant.js'
import { makeBatch } from '../../packages/daemon/dist/account/fake-batch.js'
import { encodeReport } from '../../packages/daemon/dist/convert/report.js'
import { NO_CONTEXT } from '../../packages/daemon/dist/detect/engine/detection.js'
import { createDetectionEngine } from '../../packages/daemon/dist/detect/engine/engine.js'
import { NO_FACTS } from '../../packages/daemon/dist/model/interface.js'
import { Sensor } from '../../packages/daemon/dist/sensor/sensor.js'
import { FakeMachine } from '../../packages/daemon/dist/time/fake-machine.js'
import { FakeTimers } from '../../packages/daemon/dist/time/fake-timers.js'
import { startLiveClock } from '../../packages/daemon/dist/time/live-clock.js'
import { Home, OWN } from './home.mjs'
import { liveBytes, serve } from './part.mjs'

/** @import { ScanOrder } from '../../packages/daemon/dist/model/scan.js' */

/** As much at once as a live capture hands over on a quiet link. */
const BATCH_MS = 250
const SCAN_EVERY_MS = 300_000

const FACTS = {
  ...NO_FACTS,
  mac: OWN.mac,
  ownMacs: [OWN.mac],
  addresses: [{ ip: OWN.ip, prefixLength: 24 }],
  gateways: ['192.168.77.1'],
}
/** The defaults of the settings. */
const SETTINGS = {
  daemonId: 'd'.repeat(32),
  interface: 'eth0',
  facts: FACTS,
  uid: 0,
  gid: 0,
  ringBytes: 0,
  promiscuous: true,
  flowCapacity: 65_536,
  bucketMs: 5000,
  activeVerification: true,
  periodicProbing: false,
  nameProbing: true,
  uplinkPatienceMs: 0,
  uplinkTargets: [],
  probesPerMinute: 30,
  learningMs: 600_000,
  pinned: [],
  allowedScanners: [],
  learnt: new Uint8Array(0),
}

const before = liveBytes()
const home = new Home()
const homeBytes = liveBytes() - before
const timers = new FakeTimers()
const machine = new FakeMachine(timers)
let reports = []
let onBatch = (_batch) => {}
/** @type {Sensor} */
let sensor
let scans = 0

function start({ atMs }) {
  machine.offsetMs = atMs - timers.nowMs()
  const source = {
    linkType: 1,
    start: (callback) => {
      onBatch = callback
    },
    done: new Promise(() => {}),
    statistics: () => ({ received: 0, dropped: 0, interfaceDropped: 0 }),
    close: () => {},
    send: (frame) => home.ask(frame),
  }
  sensor = new Sensor({
    settings: SETTINGS,
    source,
    accountant: new Accountant({ flowCapacity: SETTINGS.flowCapacity, maxRows: 4096 }),
    engine: createDetectionEngine(NO_CONTEXT, SETTINGS),
    writer: {
      write: (report) => reports.push({ atMs: machine.wallMs(), bytes: encodeReport(report) }),
      isCongested: () => false,
    },
    clock: startLiveClock(machine),
    after: (delayMs, callback) => timers.after(delayMs, callback),
    // It goes by seconds of the processor's own.
    memory: { residentBytes: () => 0, collect: () => {} },
    random: home.random,
  })
  sensor.start()
}

/** Lets that much time pass; gives what the sensor wrote, encoded as in its pipe, and when. */
function advance({ seconds }) {
  for (let i = 0; i < seconds; i++) {
    const fromMs = machine.wallMs()
    if (fromMs % SCAN_EVERY_MS === 0) scan()
    const frames = home.second(fromMs)
    for (let next = 0, untilMs = fromMs + BATCH_MS; untilMs <= fromMs + 1000; untilMs += BATCH_MS) {
      timers.advance(BATCH_MS)
      const first = next
      while (next < frames.length && frames[next].timeMs < untilMs) next++
      if (next > first) onBatch(makeBatch(frames.slice(first, next)))
    }
  }
  const written = reports
  reports = []
  return written
}

function scan() {
  /** @type {ScanOrder} */
  const order = { scanId: ++scans, targets: ['192.168.77.0/24'], pace: 'normal', ping: false, ipv6: true }
  sensor.command({ type: 'start_scan', order })
}

serve({ start, advance }, homeBytes)
