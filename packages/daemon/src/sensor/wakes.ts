/**
 * Wake-on-LAN of the daemon: which sensors are asked to wake a device, and how
 * often. A sensor sends only to those whom it has in its bindings.
 */

import { isNoText, NetWatcherError, saidError, type Text } from '@netwatcher/shared'
import { ProbeBudget } from '../scan/probe-budget.js'
import { AskedSensors, type AskedSensorsParts } from './asked-sensors.js'

/** A classroom's worth; each is a few frames to all. */
const PER_MINUTE = 60

export interface WakesParts extends AskedSensorsParts {
  /** Why nobody may be woken; no text when somebody may. */
  obstacle: Text
}

export class Wakes {
  private readonly budget = new ProbeBudget(PER_MINUTE)
  private readonly asked: AskedSensors

  constructor(private readonly parts: WakesParts) {
    this.asked = new AskedSensors(parts)
  }

  /** Frames that were sent. An empty name means every interface; rejects where none knows the MAC. */
  async wake(interfaceName: string, mac: string): Promise<number> {
    const { obstacle, timers } = this.parts
    if (!isNoText(obstacle)) {
      throw saidError('failed_precondition', 'WAKE_DISABLED', obstacle)
    }
    const names = this.asked.running(interfaceName)
    if (!this.budget.spend(timers.nowMs())) {
      const message = `At most ${PER_MINUTE} devices are woken in a minute; wait a little.`
      throw new NetWatcherError('resource_exhausted', 'WAKE_TOO_OFTEN', message)
    }
    const sent = await this.asked.ask(names, (wakeId) => ({ type: 'wake', wakeId, mac }))
    if (sent > 0) return sent
    const where = interfaceName === '' ? 'on no watched interface' : `not on ${interfaceName}`
    throw new NetWatcherError('not_found', 'MAC_NOT_KNOWN', `No device with that MAC was seen: ${where}.`)
  }

  onWoken(interfaceName: string, wakeId: number, sent: number): void {
    this.asked.onAnswer(interfaceName, wakeId, sent)
  }

  /** The sensor has ended. */
  onLost(interfaceName: string): void {
    this.asked.onLost(interfaceName)
  }
}
