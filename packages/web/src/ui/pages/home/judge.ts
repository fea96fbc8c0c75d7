/** The two things to say first, as pure functions: whether we watch, and whether there is a threat. Neither hides the other. */

import type { Severity } from '@netwatcher/shared'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import type { Uplink } from '../../../contract/internet.js'
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
  /** `over`: only critical alerts that have ended, and that nobody has read. */
  severity: Exclude<Severity, 'info'> | 'over' | 'none'
  /** Open incidents of it, or those alerts. */
  count: number
}

export function judgeThreat(counts: IncidentsResponse['counts'], unread: Record<Severity, number>): Threat {
  const open = (severity: Severity) =>
    counts
      .filter((one) => one.state === 'open' && one.severity === severity)
      .reduce((sum, one) => sum + one.count, 0)
  for (const severity of ['critical', 'warning'] as const) {
    if (open(severity) > 0) return { severity, count: open(severity) }
  }
  if (unread.critical > 0) return { severity: 'over', count: unread.critical }
  return { severity: 'none', count: 0 }
}

/** Of several ways out one that works is enough; else what is wrong with the first is said. Null: not watched. */
export function judgeInternet(sensors: readonly Pick<SensorStatus, 'state' | 'uplink'>[]): Uplink | null {
  const uplinks = sensors.flatMap(({ state, uplink }): Uplink[] => {
    if (uplink === null) return []
    return [state === 'running' ? uplink : { ...uplink, state: 'unknown' }]
  })
  const wanted = ['up', 'beyond_silent', 'gateway_silent', 'unknown']
  return uplinks.sort((a, b) => wanted.indexOf(a.state) - wanted.indexOf(b.state))[0] ?? null
}
