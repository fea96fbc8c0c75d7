/** Fire drills of the daemon: which sensor is shown one, and how often. */

import { randomBytes } from 'node:crypto'
import { MINUTE_MS, NetWatcherError } from '@netwatcher/shared'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import { notWatched } from './not-watched.js'

/** A drill is an alert that is kept until somebody acknowledges it. */
const EVERY_MS = MINUTE_MS

export interface DrillParts {
  sensors: {
    statuses(): CaptureStatus[]
    /** False when no sensor runs there. */
    send(interfaceName: string, command: Command): boolean
  }
  /** Never set back. */
  monotonicMs: () => number
}

export class Drills {
  private lastMs = Number.NEGATIVE_INFINITY

  constructor(private readonly parts: DrillParts) {}

  /** Gives the interface; the alert comes as an event. An empty name means the first that is watched. */
  start(interfaceName: string): string {
    const nowMs = this.parts.monotonicMs()
    if (nowMs - this.lastMs < EVERY_MS) {
      throw new NetWatcherError('resource_exhausted', 'DRILL_TOO_SOON', 'One drill a minute; wait a little.')
    }
    const chosen = this.choose(interfaceName)
    const alertId = randomBytes(16).toString('hex')
    if (!this.parts.sensors.send(chosen, { type: 'drill', alertId })) throw notWatched(chosen)
    this.lastMs = nowMs
    return chosen
  }

  private choose(name: string): string {
    const statuses = this.parts.sensors.statuses()
    const running = statuses.filter(({ state }) => state === 'running')
    const chosen = name === '' ? running[0] : running.find((status) => status.interface === name)
    if (!chosen) throw notWatched(name)
    return chosen.interface
  }
}
