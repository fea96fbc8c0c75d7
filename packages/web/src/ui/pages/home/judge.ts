/** The two things to say first, as pure functions: whether we watch, and whether there is a threat. Neither hides the other. */

import type { Severity } from '@netwatcher/shared'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import type { SensorStatus } from '../../../contract/sniff.js'
import type { Watching } from '../../app/watching.js'

export type WatchState = Watching | { kind: 'lossy'; dropped: number } | { kind: 'learning'; untilMs: number }

type Sensor = Pick<SensorStatus, 'state' | 'dropped' | 'packets' | 'learningUntilMs'>

/** Frames that may be lost before it is said: one in a thousand. */
const LOSS_RATIO = 0.001

/** What is lost, and what is still being learnt, where the sensors work. */
export function judgeWatch(watching: Watching, sensors: readonly Sensor[], nowMs: number): WatchState {
  if (watching.kind !== 'watching') return watching
  const running = sensors.filter((sensor) => sensor.state === 'running')
  const lossy = running.filter((sensor) => sensor.dropped > sensor.packets * LOSS_RATIO)
  if (lossy.length > 0) return { kind: 'lossy', dropped: lossy.reduce((sum, one) => sum + one.dropped, 0) }
  const untilMs = Math.max(...running.map((sensor) => sensor.learningUntilMs))
  return untilMs > nowMs ? { kind: 'learning', untilMs } : watching
}

export interface Threat {
  severity: Exclude<Severity, 'info'> | 'none'
  /** Open incidents of it. */
  count: number
}

export function judgeThreat(counts: IncidentsResponse['counts']): Threat {
  const open = (severity: Severity) =>
    counts
      .filter((one) => one.state === 'open' && one.severity === severity)
      .reduce((sum, one) => sum + one.count, 0)
  for (const severity of ['critical', 'warning'] as const) {
    if (open(severity) > 0) return { severity, count: open(severity) }
  }
  return { severity: 'none', count: 0 }
}
