/**
 * Questions of the daemon to all devices of a link, by which they tell what they
 * are: which sensors ask, and how often. What a sensor asks is bounded there.
 */

import { isNoText, NetWatcherError, saidError, type Text } from '@netwatcher/shared'
import type { AnnounceKindName } from '@netwatcher/shared/names'
import { ProbeBudget } from '../scan/probe-budget.js'
import { AskedSensors, type AskedSensorsParts } from './asked-sensors.js'

/** Each makes every device of a link answer. */
const PER_MINUTE = 4

export interface AnnouncesParts extends AskedSensorsParts {
  /** Why nobody may be asked; no text when all may. */
  obstacle: Text
}

export class Announces {
  private readonly budget = new ProbeBudget(PER_MINUTE)
  private readonly asked: AskedSensors

  constructor(private readonly parts: AnnouncesParts) {
    this.asked = new AskedSensors(parts)
  }

  /** Frames that were sent. An empty name means every interface. */
  async announce(interfaceName: string, kinds: readonly AnnounceKindName[]): Promise<number> {
    const { obstacle, timers } = this.parts
    if (!isNoText(obstacle)) {
      throw saidError('failed_precondition', 'ANNOUNCE_DISABLED', obstacle)
    }
    const names = this.asked.running(interfaceName)
    if (!this.budget.spend(timers.nowMs())) {
      const message = `Devices are asked at most ${PER_MINUTE} times in a minute; wait a little.`
      throw new NetWatcherError('resource_exhausted', 'ANNOUNCE_TOO_OFTEN', message)
    }
    return await this.asked.ask(names, (announceId) => ({ type: 'announce', announceId, kinds: [...kinds] }))
  }

  onAnnounced(interfaceName: string, announceId: number, sent: number): void {
    this.asked.onAnswer(interfaceName, announceId, sent)
  }

  /** The sensor has ended. */
  onLost(interfaceName: string): void {
    this.asked.onLost(interfaceName)
  }
}
