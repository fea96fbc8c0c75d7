/**
 * Looks at the machine from time to time: have interfaces changed, has a sensor
 * hung, is the socket still there. Looking is cheap; only a change costs more.
 */

import { errorMessage, SECOND_MS } from '@netwatcher/shared'
import type { ControlSocket } from './os/control-socket.js'
import { addressFingerprint, linkFingerprint } from './os/link-watch.js'
import type { Logger } from './os/log.js'
import type { Sensors } from './sensor/sensors.js'

/** Sensors rely on it for the own addresses (judge.ts). */
const INTERVAL_MS = SECOND_MS
/** All else can wait longer: an interface that comes back is used within this and a retry. */
const FULL_TICKS = 2
/** Routes change without a trace in the interfaces. */
const REFRESH_TICKS = 30

/** Gives what stops it. */
export function watchMachine(sensors: Sensors, socket: ControlSocket, log: Logger): () => void {
  let links = linkFingerprint()
  let fingerprint = links + addressFingerprint()
  let ticks = 0
  let isBusy = false
  const look = async () => {
    ticks++
    if (ticks % FULL_TICKS === 0) {
      sensors.check()
      await socket.check()
      links = linkFingerprint()
    }
    const now = links + addressFingerprint()
    if (now === fingerprint && ticks % REFRESH_TICKS !== 0) return
    fingerprint = now
    await sensors.refresh()
  }
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    look()
      .catch((error: unknown) =>
        log.error('The machine could not be looked at', { error: errorMessage(error) }),
      )
      .finally(() => {
        isBusy = false
      })
  }, INTERVAL_MS)
  return () => clearInterval(timer)
}
