/** The stored series as rates for the chart, with zeros where nothing was stored. */

import { SECOND_MS } from '@netwatcher/shared'
import type { SeriesResponse } from '../../../contract/traffic.js'

/** A chart wider than this many points gains nothing. */
const MAX_POINTS = 2000

/** Seconds, received and sent bytes per second from `fromMs` to `toMs`. */
export function seriesData(
  series: SeriesResponse | null,
  fromMs: number,
  toMs: number,
): [number[], number[], number[]] {
  const data: [number[], number[], number[]] = [[], [], []]
  if (!series || series.stepMs <= 0) return data
  const { stepMs, points } = series
  const byTime = new Map(points.map((point) => [Math.floor(point.atMs / stepMs), point]))
  const first = Math.max(Math.floor(fromMs / stepMs), Math.floor(toMs / stepMs) - MAX_POINTS)
  const perSecond = SECOND_MS / stepMs
  for (let step = first; step <= Math.floor(toMs / stepMs); step++) {
    const point = byTime.get(step)
    data[0].push((step * stepMs) / SECOND_MS)
    data[1].push((point?.rxBytes ?? 0) * perSecond)
    data[2].push((point?.txBytes ?? 0) * perSecond)
  }
  return data
}
