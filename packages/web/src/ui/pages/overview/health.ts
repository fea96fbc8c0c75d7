/** The one thing to say about the network now: the worst of what is known, as a pure function. */

import type { Severity } from '@netwatcher/shared'
import type { SensorStatus } from '../../../contract/sniff.js'

export type Health =
  | { kind: 'unknown' }
  | { kind: 'daemon_down' }
  | { kind: 'not_watching' }
  | { kind: 'critical'; count: number }
  | { kind: 'warning'; count: number }
  | { kind: 'learning'; untilMs: number }
  | { kind: 'lossy'; dropped: number }
  | { kind: 'well' }

export interface HealthFacts {
  isDaemonConnected: boolean | null
  sensors: readonly Pick<SensorStatus, 'state' | 'dropped' | 'packets' | 'learningUntilMs'>[]
  openAlerts: Record<Severity, number> | null
  nowMs: number
}

/** Frames that may be lost before it is said: one in a thousand. */
const LOSS_RATIO = 0.001

export function judgeHealth(facts: HealthFacts): Health {
  const { openAlerts, sensors } = facts
  if (facts.isDaemonConnected === null || openAlerts === null) return { kind: 'unknown' }
  if (openAlerts.critical > 0) return { kind: 'critical', count: openAlerts.critical }
  if (!facts.isDaemonConnected) return { kind: 'daemon_down' }
  const running = sensors.filter((sensor) => sensor.state === 'running')
  if (running.length === 0) return { kind: 'not_watching' }
  if (openAlerts.warning > 0) return { kind: 'warning', count: openAlerts.warning }
  const lossy = running.filter((sensor) => sensor.dropped > sensor.packets * LOSS_RATIO)
  if (lossy.length > 0) return { kind: 'lossy', dropped: lossy.reduce((sum, one) => sum + one.dropped, 0) }
  const untilMs = Math.max(...running.map((sensor) => sensor.learningUntilMs))
  if (untilMs > facts.nowMs) return { kind: 'learning', untilMs }
  return { kind: 'well' }
}
