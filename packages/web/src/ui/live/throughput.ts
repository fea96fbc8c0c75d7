/**
 * The last minutes of traffic as rates. Sensors report what they counted in a
 * span of time; its bytes are spread evenly over that span.
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
  /** End of the span that was reported last; what came after it is not known yet. */
  knownUntilMs: number
}

export interface TrafficReport {
  /** Start of the span. */
  atMs: number
  durationMs: number
  txBytes: number
  rxBytes: number
}

export const NO_THROUGHPUT: Throughput = { points: [], knownUntilMs: 0 }
export const STEP_MS = 2 * SECOND_MS
export const WINDOW_MS = 5 * MINUTE_MS
/** Spans in which nothing flowed are not reported, so after this long nothing did. */
const REPORT_WITHIN_MS = 30 * SECOND_MS

export function addTraffic(throughput: Throughput, report: TrafficReport): Throughput {
  const endMs = report.atMs + Math.max(1, report.durationMs)
  const byTime = new Map(throughput.points.map((point) => [point.atMs, point]))
  for (let atMs = stepOf(report.atMs); atMs < endMs; atMs += STEP_MS) {
    const coveredMs = Math.min(endMs, atMs + STEP_MS) - Math.max(report.atMs, atMs)
    const share = coveredMs / (endMs - report.atMs)
    const old = byTime.get(atMs)
    byTime.set(atMs, {
      atMs,
      txBytes: (old?.txBytes ?? 0) + report.txBytes * share,
      rxBytes: (old?.rxBytes ?? 0) + report.rxBytes * share,
    })
  }
  const knownUntilMs = Math.max(throughput.knownUntilMs, endMs)
  const points = [...byTime.values()]
    .filter((point) => point.atMs > knownUntilMs - WINDOW_MS)
    .sort((a, b) => a.atMs - b.atMs)
  return { points, knownUntilMs }
}

/** What was stored before the page was opened, up to where the live reports begin: no byte counts twice. */
export function withHistory(throughput: Throughput, history: readonly TrafficReport[]): Throughput {
  const untilMs = throughput.points[0]?.atMs ?? Number.POSITIVE_INFINITY
  return history
    .filter(({ atMs }) => atMs < untilMs)
    .reduce((sum, report) => {
      const durationMs = Math.min(report.durationMs, untilMs - report.atMs)
      const share = durationMs / report.durationMs
      const { atMs, txBytes, rxBytes } = report
      return addTraffic(sum, { atMs, durationMs, txBytes: txBytes * share, rxBytes: rxBytes * share })
    }, throughput)
}

/** Seconds, then received and sent bytes per second. */
export type RateSeries = [number[], (number | null)[], (number | null)[]]

/** A full grid that ends now. Silence is zero; before the first report and after the last nothing is known. */
export function throughputSeries(throughput: Throughput, nowMs: number): RateSeries {
  const { points, knownUntilMs } = throughput
  const firstMs = points[0]?.atMs ?? nowMs
  const isWaiting = nowMs - knownUntilMs < REPORT_WITHIN_MS
  const byTime = new Map(points.map((point) => [point.atMs, point]))
  const endMs = stepOf(nowMs) - STEP_MS
  const series: RateSeries = [[], [], []]
  for (let atMs = endMs - WINDOW_MS + STEP_MS; atMs <= endMs; atMs += STEP_MS) {
    const isKnown = atMs >= firstMs && !(isWaiting && atMs + STEP_MS > knownUntilMs)
    const point = byTime.get(atMs)
    const rate = (bytes = 0) => (isKnown ? (bytes * SECOND_MS) / STEP_MS : null)
    series[0].push(atMs / SECOND_MS)
    series[1].push(rate(point?.rxBytes))
    series[2].push(rate(point?.txBytes))
  }
  return series
}

/** Received and sent bytes per second of the newest step that is known; null when none is. */
export function latestRate(series: RateSeries): number | null {
  const index = series[1].findLastIndex((rate) => rate !== null)
  const [received, sent] = [series[1][index], series[2][index]]
  return received == null || sent == null ? null : received + sent
}

function stepOf(atMs: number): number {
  return Math.floor(atMs / STEP_MS) * STEP_MS
}
