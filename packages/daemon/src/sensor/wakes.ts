/**
 * Wake-on-LAN of the daemon: which sensors are asked to wake a device, how
 * often, and how many frames they sent. A sensor sends only to those whom it
 * has in its bindings.
 */

import { isNoText, NetWatcherError, SECOND_MS, saidError, type Text } from '@netwatcher/shared'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import { ProbeBudget } from '../scan/probe-budget.js'
import type { Timers } from '../time/timers.js'
import { notWatched } from './not-watched.js'

/** A classroom's worth; each is a few frames to all. */
const PER_MINUTE = 60
const ANSWER_MS = 5 * SECOND_MS

export interface WakesParts {
  /** Why nobody may be woken; no text when somebody may. */
  obstacle: Text
  sensors: {
    statuses(): CaptureStatus[]
    /** False when no sensor runs there. */
    send(interfaceName: string, command: Command): boolean
  }
  timers: Timers
}

interface Waiting {
  /** Interfaces whose sensors have not answered. */
  asked: Set<string>
  sent: number
  done(): void
}

export class Wakes {
  private readonly budget = new ProbeBudget(PER_MINUTE)
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0

  constructor(private readonly parts: WakesParts) {}

  /** Frames that were sent. An empty name means every interface; rejects where none knows the MAC. */
  async wake(interfaceName: string, mac: string): Promise<number> {
    const { obstacle, timers } = this.parts
    if (!isNoText(obstacle)) {
      throw saidError('failed_precondition', 'WAKE_DISABLED', obstacle)
    }
    const names = this.choose(interfaceName)
    if (!this.budget.spend(timers.nowMs())) {
      const message = `At most ${PER_MINUTE} devices are woken in a minute; wait a little.`
      throw new NetWatcherError('resource_exhausted', 'WAKE_TOO_OFTEN', message)
    }
    const sent = await this.ask(names, mac)
    if (sent > 0) return sent
    const where = interfaceName === '' ? 'on no watched interface' : `not on ${interfaceName}`
    throw new NetWatcherError('not_found', 'MAC_NOT_KNOWN', `No device with that MAC was seen: ${where}.`)
  }

  onWoken(interfaceName: string, wakeId: number, sent: number): void {
    const waiting = this.waiting.get(wakeId)
    if (!waiting?.asked.delete(interfaceName)) return
    waiting.sent += sent
    if (waiting.asked.size === 0) waiting.done()
  }

  /** The sensor has ended. */
  onLost(interfaceName: string): void {
    for (const wakeId of [...this.waiting.keys()]) this.onWoken(interfaceName, wakeId, 0)
  }

  private choose(name: string): string[] {
    const running = this.parts.sensors.statuses().filter(({ state }) => state === 'running')
    const chosen = name === '' ? running : running.filter((status) => status.interface === name)
    if (chosen.length > 0) return chosen.map((status) => status.interface)
    throw notWatched(name)
  }

  private async ask(names: readonly string[], mac: string): Promise<number> {
    const wakeId = ++this.lastId
    const { sensors, timers } = this.parts
    const waiting: Waiting = { asked: new Set(names), sent: 0, done: () => {} }
    const answered = new Promise<void>((resolve) => {
      waiting.done = resolve
    })
    this.waiting.set(wakeId, waiting)
    const cancel = timers.after(ANSWER_MS, () => waiting.done())
    for (const name of names) {
      if (!sensors.send(name, { type: 'wake', wakeId, mac })) this.onWoken(name, wakeId, 0)
    }
    await answered
    cancel()
    this.waiting.delete(wakeId)
    return waiting.sent
  }
}
