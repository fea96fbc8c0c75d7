/** Orders to sensors that each answers with how many frames it sent: who has not answered yet, and what they sum up to. */

import { SECOND_MS } from '@netwatcher/shared'
import type { CaptureStatus } from '../model/capture.js'
import type { Command } from '../model/sensor.js'
import type { Timers } from '../time/timers.js'
import { notWatched } from './not-watched.js'

const ANSWER_MS = 5 * SECOND_MS

export interface AskedSensorsParts {
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

export class AskedSensors {
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0

  constructor(private readonly parts: AskedSensorsParts) {}

  /** Interfaces that are watched just now; an empty name means all of them. */
  running(name: string): string[] {
    const running = this.parts.sensors.statuses().filter(({ state }) => state === 'running')
    const chosen = name === '' ? running : running.filter((status) => status.interface === name)
    if (chosen.length > 0) return chosen.map((status) => status.interface)
    throw notWatched(name)
  }

  /** Frames that were sent by all of them, or by those that answered in time. */
  async ask(names: readonly string[], commandOf: (id: number) => Command): Promise<number> {
    const id = ++this.lastId
    const { sensors, timers } = this.parts
    const waiting: Waiting = { asked: new Set(names), sent: 0, done: () => {} }
    const answered = new Promise<void>((resolve) => {
      waiting.done = resolve
    })
    this.waiting.set(id, waiting)
    const cancel = timers.after(ANSWER_MS, () => waiting.done())
    for (const name of names) {
      if (!sensors.send(name, commandOf(id))) this.onAnswer(name, id, 0)
    }
    await answered
    cancel()
    this.waiting.delete(id)
    return waiting.sent
  }

  onAnswer(interfaceName: string, id: number, sent: number): void {
    const waiting = this.waiting.get(id)
    if (!waiting?.asked.delete(interfaceName)) return
    waiting.sent += sent
    if (waiting.asked.size === 0) waiting.done()
  }

  /** The sensor has ended. */
  onLost(interfaceName: string): void {
    for (const id of [...this.waiting.keys()]) this.onAnswer(interfaceName, id, 0)
  }
}
