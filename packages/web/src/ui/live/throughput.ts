/**
 * The last minutes of traffic as rates. Sensors report what they counted in a
 * span of time; the events carry only its time, so a rate is the bytes over the
 * time since that sensor's previous report.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'

export interface ThroughputPoint {
  /** Start of the step, milliseconds since 1970-01-01 UTC. */
  atMs: number
  txBytes: number
  rxBytes: number
}

export interface Throughput {
  points: readonly ThroughputPoint[]
  /** Time of the latest report by interface. */
  lastAtMs: Readonly<Record<string, number>>
}

export interface TrafficReport {
  atMs: number
  interface: string
  txBytes: number
  rxBytes: number
}

export const STEP_MS = 2 * SECOND_MS
export const WINDOW_MS = 5 * MINUTE_MS
/** A report is spread over at most this long; a longer silence before it was silence. */
const MAX_SPAN_MS = 10 * SECOND_MS

/** Spreads the bytes of one report evenly over the steps that it covers. */
export function addTraffic(throughput: Throughput, report: TrafficReport): Throughput {
  const previousMs = throughput.lastAtMs[report.interface]
  const sinceMs = previousMs === undefined ? STEP_MS : report.atMs - previousMs
  const spanMs = Math.min(MAX_SPAN_MS, Math.max(STEP_MS / 2, sinceMs))
  const byTime = new Map(throughput.points.map((point) => [point.atMs, point]))
  const steps = Math.max(1, Math.round(spanMs / STEP_MS))
  const lastStepMs = Math.floor(report.atMs / STEP_MS) * STEP_MS
  for (let i = 0; i < steps; i++) {
    const atMs = lastStepMs - i * STEP_MS
    const old = byTime.get(atMs)
    byTime.set(atMs, {
      atMs,
      txBytes: (old?.txBytes ?? 0) + report.txBytes / steps,
      rxBytes: (old?.rxBytes ?? 0) + report.rxBytes / steps,
    })
  }
  const newestMs = Math.max(lastStepMs, throughput.points.at(-1)?.atMs ?? 0)
  const points = [...byTime.values()]
    .filter((point) => point.atMs > newestMs - WINDOW_MS)
    .sort((a, b) => a.atMs - b.atMs)
  return { points, lastAtMs: { ...throughput.lastAtMs, [report.interface]: report.atMs } }
}

/** Seconds, then received and sent bytes per second. */
export type RateSeries = [number[], (number | null)[], (number | null)[]]

/** A full grid that ends now. Silence is zero; before the first report nothing is known. */
export function throughputSeries(throughput: Throughput, nowMs: number): RateSeries {
  const firstMs = throughput.points[0]?.atMs ?? nowMs
  const byTime = new Map(throughput.points.map((point) => [point.atMs, point]))
  const endMs = Math.floor(nowMs / STEP_MS) * STEP_MS - STEP_MS
  const series: RateSeries = [[], [], []]
  for (let atMs = endMs - WINDOW_MS + STEP_MS; atMs <= endMs; atMs += STEP_MS) {
    const point = byTime.get(atMs)
    const rate = (bytes = 0) => (atMs < firstMs ? null : (bytes * SECOND_MS) / STEP_MS)
    series[0].push(atMs / SECOND_MS)
    series[1].push(rate(point?.rxBytes))
    series[2].push(rate(point?.txBytes))
  }
  return series
}
