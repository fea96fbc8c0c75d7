import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import {
  addTraffic,
  latestRate,
  NO_THROUGHPUT,
  STEP_MS,
  type Throughput,
  throughputSeries,
  WINDOW_MS,
  withHistory,
} from './throughput.js'

const START_MS = 1_700_000_000_000
const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, one) => total + (one ?? 0), 0)

function report(throughput: Throughput, atMs: number, rxBytes: number, durationMs = 10_000): Throughput {
  return addTraffic(throughput, { atMs, durationMs, txBytes: rxBytes / 2, rxBytes })
}

test('a steady report every second is a steady rate', () => {
  let throughput = NO_THROUGHPUT
  for (let i = 0; i < 60; i++) throughput = report(throughput, START_MS + i * 1000, 1000, 1000)
  const series = throughputSeries(throughput, START_MS + 60_000)
  expect(series[1].at(-5)).toBe(1000)
  expect(series[2].at(-5)).toBe(500)
  expect(latestRate(series)).toBe(1500)
})

test('a report of ten seconds is spread over them', () => {
  const throughput = report(NO_THROUGHPUT, START_MS, 10_000)
  const [, received] = throughputSeries(throughput, START_MS + 10_000)
  expect(received.slice(-5)).toEqual([1000, 1000, 1000, 1000, 1000])
})

test('no byte is lost or made up, wherever a span begins', () => {
  let throughput = NO_THROUGHPUT
  for (const atMs of [0, 700, 5000, 5100, 40_000, 90_000])
    throughput = report(throughput, START_MS + atMs, 999, 1 + (atMs % 7000))
  expect(sum(throughput.points.map((point) => point.rxBytes))).toBeCloseTo(6 * 999)
})

test('reports of the same span, of several interfaces or parts, are added up', () => {
  const throughput = report(report(NO_THROUGHPUT, START_MS, 1000), START_MS, 3000)
  expect(sum(throughput.points.map((point) => point.rxBytes))).toBeCloseTo(4000)
})

test('points older than the window are forgotten', () => {
  const throughput = report(report(NO_THROUGHPUT, START_MS, 1), START_MS + WINDOW_MS + MINUTE_MS, 1)
  expect(throughput.points[0]?.atMs).toBeGreaterThan(START_MS)
})

test('what is not reported yet is not known, and neither is what came before the first report', () => {
  const series = throughputSeries(report(NO_THROUGHPUT, START_MS, 10_000), START_MS + 16_000)
  expect(series[0]).toHaveLength(WINDOW_MS / STEP_MS)
  expect(series[1][0]).toBeNull()
  expect(series[1].slice(-4)).toEqual([1000, null, null, null])
  expect(latestRate(series)).toBe(1500)
})

test('when no report comes for long, nothing flowed', () => {
  const series = throughputSeries(report(NO_THROUGHPUT, START_MS, 10_000), START_MS + MINUTE_MS)
  expect(series[1].at(-1)).toBe(0)
  expect(latestRate(series)).toBe(0)
})

test('before anything was reported there is no rate', () => {
  expect(latestRate(throughputSeries(NO_THROUGHPUT, START_MS))).toBeNull()
})

test('history fills the time before the first live report, and counts nothing twice', () => {
  const minutes = [0, 1, 2].map((minute) => ({
    atMs: START_MS + minute * MINUTE_MS,
    durationMs: MINUTE_MS,
    txBytes: 0,
    rxBytes: 60_000,
  }))
  const live = report(NO_THROUGHPUT, START_MS + 2.5 * MINUTE_MS, 10_000)
  const whole = withHistory(live, minutes)
  expect(sum(whole.points.map((point) => point.rxBytes))).toBeCloseTo(60_000 + 60_000 + 30_000 + 10_000)
  const [, received] = throughputSeries(whole, START_MS + 3 * MINUTE_MS)
  expect(received.slice(-60, -15).every((rate) => rate !== null && Math.round(rate) === 1000)).toBe(true)
  expect(withHistory(NO_THROUGHPUT, []).points).toEqual([])
})
