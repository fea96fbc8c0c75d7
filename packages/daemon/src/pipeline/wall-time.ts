/** Detection works in capture time; what it says to others is in wall time. */

import type { Alert } from '@netwatcher/shared'
import type { DetectionOutput } from '../detect/engine/detection.js'
import type { CaptureClock } from '../time/capture-clock.js'

type WallClock = Pick<CaptureClock, 'toWallMs'>

export function inWallTime(output: DetectionOutput, clock: WallClock): DetectionOutput {
  return {
    ...output,
    alerts: output.alerts.map((update) => ({ ...update, alert: alertInWallTime(update.alert, clock) })),
    hosts: output.hosts.map((host) => ({ ...host, seenMs: clock.toWallMs(host.seenMs) })),
  }
}

function alertInWallTime(alert: Alert, clock: WallClock): Alert {
  return {
    ...alert,
    firstSeenMs: clock.toWallMs(alert.firstSeenMs),
    lastSeenMs: clock.toWallMs(alert.lastSeenMs),
    verifications: alert.verifications.map((one) => ({ ...one, atMs: clock.toWallMs(one.atMs) })),
  }
}
