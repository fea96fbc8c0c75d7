import { expect, test } from 'vitest'
import type { DetectionOutput } from '../detect/engine/detection.js'
import type { Report } from '../model/sensor.js'
import type { TrafficReport } from '../model/traffic.js'
import { Outbox } from './outbox.js'

const ROW = {
  deviceMac: '02:00:00:00:00:01',
  deviceIp: '10.0.0.1',
  remoteIp: '10.0.0.2',
  protocol: 6,
  servicePort: 443,
  txBytes: 100,
  rxBytes: 20,
  txPackets: 2,
  rxPackets: 1,
}

function outbox() {
  const written: Report[] = []
  const daemon = { isBehind: false }
  const writer = { write: (report: Report) => void written.push(report), isCongested: () => daemon.isBehind }
  const waiting: (() => void)[] = []
  const clock = { nowMs: 0 }
  const box = new Outbox(writer, {
    nowMs: () => clock.nowMs,
    after: (_, callback) => {
      waiting.push(callback)
      return () => {}
    },
  })
  /** Turns of the event loop until nothing more is wanted. */
  const turn = () => {
    let turns = 0
    for (let next = waiting.shift(); next; next = waiting.shift(), turns++) next()
    return turns
  }
  return { outbox: box, written, daemon, clock, turn }
}

function bucket(startMs: number, rows = 1): TrafficReport {
  return {
    startMs,
    durationMs: 1000,
    rows: Array(rows).fill(ROW),
    otherBytes: 7,
    otherPackets: 1,
    dropped: 3,
  }
}

function output(changes: Partial<DetectionOutput>): DetectionOutput {
  return { alerts: [], hosts: [], names: [], clues: [], probes: [], ...changes }
}

function trafficTotal(reports: Report[]) {
  const all = reports.flatMap((report) => (report.type === 'traffic' ? [report.traffic] : []))
  const sum = (pick: (one: TrafficReport) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    rows: sum((one) => one.rows.length),
    bytes: sum((one) => one.otherBytes + one.rows.reduce((rows, row) => rows + row.txBytes + row.rxBytes, 0)),
    packets: sum(
      (one) => one.otherPackets + one.rows.reduce((rows, row) => rows + row.txPackets + row.rxPackets, 0),
    ),
    dropped: sum((one) => one.dropped),
  }
}

test('a large bucket leaves in parts, and nothing in it is told twice', () => {
  const { outbox: box, written, turn } = outbox()
  box.addTraffic(bucket(0, 2500))
  box.addTraffic(bucket(1000, 1))
  box.tick()
  expect(written.length).toBe(1)
  expect(turn()).toBe(11)
  expect(written.length).toBe(11)
  expect(trafficTotal(written)).toEqual({
    rows: 2501,
    bytes: 2501 * 120 + 14,
    packets: 2501 * 3 + 2,
    dropped: 6,
  })
})

test('while the daemon is behind, buckets are held and then folded, and no byte is lost', () => {
  const { outbox: box, written, daemon } = outbox()
  daemon.isBehind = true
  for (let i = 0; i < 20; i++) box.addTraffic(bucket(i * 1000, 10))
  box.flush()
  expect(written).toEqual([])
  daemon.isBehind = false
  box.flush()
  expect(written.length).toBe(4)
  expect(trafficTotal(written)).toEqual({ rows: 40, bytes: 20 * (1200 + 7), packets: 20 * 31, dropped: 60 })
})

test('a bucket that has begun to leave is neither folded nor told twice', () => {
  const { outbox: box, written, daemon, turn } = outbox()
  box.addTraffic(bucket(0, 600))
  daemon.isBehind = true
  turn()
  for (let i = 1; i <= 6; i++) box.addTraffic(bucket(i * 1000))
  expect(written.length).toBe(1)
  daemon.isBehind = false
  box.tick()
  turn()
  expect(written.length).toBe(3 + 4)
  expect(trafficTotal(written)).toEqual({
    rows: 604,
    bytes: 606 * 120 + 7 * 7,
    packets: 606 * 3 + 7,
    dropped: 21,
  })
})

test('at the end everything leaves at once', () => {
  const { outbox: box, written, turn } = outbox()
  box.addTraffic(bucket(0, 1000))
  box.flush()
  expect(written.length).toBe(4)
  turn()
  expect(written.length).toBe(4)
})

test('a host is told with the next tick, and again after a while, not with every frame', () => {
  const { outbox: box, written, clock } = outbox()
  const seenAt = (nowMs: number) => {
    clock.nowMs = nowMs
    // By a wall clock that was set back in between.
    const seenMs = 1_700_000_000_000 - nowMs
    box.addDetection(
      output({ hosts: [{ ip: '10.0.0.1', mac: ROW.deviceMac, evidence: 'dhcp', seenMs, vlan: 0 }] }),
    )
  }
  for (let nowMs = 0; nowMs < 29_000; nowMs += 1000) seenAt(nowMs)
  expect(written).toEqual([])
  box.tick()
  seenAt(29_500)
  box.tick()
  expect(written.length).toBe(1)
  seenAt(30_000)
  box.tick()
  expect(written.length).toBe(2)
  box.tick()
  expect(written.length).toBe(2)
})

test('hosts that wait for a daemon that is behind are bounded', () => {
  const { outbox: box, written, daemon } = outbox()
  daemon.isBehind = true
  for (let i = 0; i < 10_000; i++) {
    const ip = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    box.addDetection(output({ hosts: [{ ip, mac: ROW.deviceMac, evidence: 'nd', seenMs: 0, vlan: 0 }] }))
  }
  box.tick()
  expect(written).toEqual([])
  daemon.isBehind = false
  box.tick()
  const [report] = written
  expect(report?.type === 'observation' && report.hosts.length).toBe(2000)
})
