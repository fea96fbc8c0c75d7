/**
 * The path of every packet in a sensor: live capture, accounting, detection of
 * what accounting hands over, a bucket of traffic every five seconds, encoded
 * for the daemon. On SIGINT it prints what it has counted.
 */

import { Accountant } from '../../packages/daemon/dist/account/accountant.js'
import { openLive } from '../../packages/daemon/dist/capture/live-source.js'
import { encodeReport } from '../../packages/daemon/dist/convert/report.js'
import { createDetectionEngine } from '../../packages/daemon/dist/detect/engine/engine.js'
import { Pipeline } from '../../packages/daemon/dist/pipeline/pipeline.js'
import { encodeFrame } from '../../packages/daemon/dist/sensor/framing.js'
import { Outbox } from '../../packages/daemon/dist/sensor/outbox.js'
import { machineClocks, startLiveClock } from '../../packages/daemon/dist/time/live-clock.js'
import { systemTimers } from '../../packages/daemon/dist/time/timers.js'

/** @import { TrafficBucket } from '../../packages/daemon/dist/model/traffic.js' */

const [interfaceName, ringMib = '16'] = process.argv.slice(2)
const source = openLive({ interfaceName, promiscuous: true, ringBytes: Number(ringMib) * 1024 * 1024 })
const accountant = new Accountant({ flowCapacity: 65_536, maxRows: 4096 })
const engine = createDetectionEngine(
  {
    ...{ ownMac: '', ownMacs: [], ownIps: [], subnets: [], gateways: [], pinned: [], decoys: [] },
    ...{ isGateway: false, isGuestBridge: false },
  },
  { learningMs: 0, activeVerification: false, allowedScanners: [] },
)
const outbox = new Outbox(
  { write: (report) => void encodeFrame(encodeReport(report)), isCongested: () => false },
  systemTimers,
)
const pipeline = new Pipeline({
  linkType: source.linkType,
  clock: startLiveClock(machineClocks),
  accountant,
  engine,
  observers: [],
  bucketMs: 5000,
  onOutput: () => {},
  onBucket: (bucket) => outbox.addTraffic(wholeTimes(bucket)),
  onClockStep: () => {},
})

/** @param {TrafficBucket} bucket */
function wholeTimes({ startMs, durationMs, ...bucket }) {
  return { ...bucket, startMs: Math.trunc(startMs), durationMs: Math.trunc(durationMs), dropped: 0 }
}

source.start((batch) => pipeline.process(batch))
const timer = setInterval(() => pipeline.advance(), 1000)

process.once('SIGINT', () => {
  clearInterval(timer)
  const { dropped } = source.statistics()
  source.close()
  console.log(JSON.stringify({ ...accountant.totals(), dropped }))
})
