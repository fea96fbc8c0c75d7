import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { addTraffic, STEP_MS, type Throughput, throughputSeries, WINDOW_MS } from './throughput.js'

const NONE: Throughput = { points: [], lastAtMs: {} }
const START_MS = 1_700_000_000_000
const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, one) => total + (one ?? 0), 0)

function report(throughput: Throughput, atMs: number, rxBytes: number, name = 'eth0'): Throughput {
  return addTraffic(throughput, { atMs, interface: name, txBytes: rxBytes / 2, rxBytes })
}

test('a steady report every second is a steady rate', () => {
  let throughput = NONE
  for (let i = 0; i < 60; i++) throughput = report(throughput, START_MS + i * 1000, 1000)
  const [, received, sent] = throughputSeries(throughput, START_MS + 60_000)
  expect(received.at(-5)).toBe(1000)
  expect(sent.at(-5)).toBe(500)
})

test('a report every ten seconds is spread over them', () => {
  let throughput = report(NONE, START_MS, 0)
  throughput = report(throughput, START_MS + 10_000, 10_000)
  const [, received] = throughputSeries(throughput, START_MS + 12_000)
  expect(received.slice(-5)).toEqual([1000, 1000, 1000, 1000, 1000])
})

test('no byte is lost or made up', () => {
  let throughput = NONE
  for (const atMs of [0, 700, 5000, 5100, 40_000, 90_000])
    throughput = report(throughput, START_MS + atMs, 999)
  expect(sum(throughput.points.map((point) => point.rxBytes))).toBeCloseTo(6 * 999)
})

test('interfaces are added up', () => {
  let throughput = report(NONE, START_MS, 1000, 'eth0')
  throughput = report(throughput, START_MS, 3000, 'wlan0')
  expect(sum(throughput.points.map((point) => point.rxBytes))).toBe(4000)
})

test('points older than the window are forgotten', () => {
  let throughput = report(NONE, START_MS, 1)
  throughput = report(throughput, START_MS + WINDOW_MS + MINUTE_MS, 1)
  expect(throughput.points[0]?.atMs).toBeGreaterThan(START_MS)
})

test('silence is zero, but before the first report nothing is known', () => {
  const [seconds, received] = throughputSeries(report(NONE, START_MS, 1000), START_MS + 10_000)
  expect(seconds).toHaveLength(WINDOW_MS / STEP_MS)
  expect(received[0]).toBeNull()
  expect(received.at(-1)).toBe(0)
})
