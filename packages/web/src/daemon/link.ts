/**
 * What is known about the connection to one daemon, for whoever wants to show
 * it: connected or why not, its identity, since when its sensors watch, and what
 * it said that was not believed.
 */

import { isSameText, type Text, text } from '@netwatcher/shared'
import type { CaptureStatus, DaemonStatus, SensorId } from './types.js'

export type LinkState =
  | { connected: true; sinceMs: number }
  | { connected: false; sinceMs: number; detail: Text }

export class DaemonLink {
  /** Events that named another daemon. */
  foreignEvents = 0
  /** Traffic rows that no interface can have carried. */
  implausibleRows = 0
  /** Of whoever answered last; null before anybody has. */
  private identity: string | null = null
  private current: LinkState
  private refused: Text | null = null
  /** Since when each running sensor has been heard without a break. */
  private readonly watching = new Map<string, number>()

  constructor(
    private readonly nowMs: () => number,
    private readonly onChange: (state: LinkState) => void,
  ) {
    this.current = { connected: false, sinceMs: nowMs(), detail: text('daemon_not_reached') }
  }

  get state(): LinkState {
    return this.current
  }

  get daemonId(): string | null {
    return this.identity
  }

  /** Why nothing is asked of a daemon that does answer; null in the normal case. */
  get refusal(): Text | null {
    return this.refused
  }

  connected(status: DaemonStatus): void {
    const wasConnected = this.current.connected
    this.identity = status.daemonId
    this.refused = null
    this.watching.clear()
    for (const sensor of status.sensors) this.noteSensor(sensor)
    if (wasConnected) return
    this.current = { connected: true, sinceMs: this.nowMs() }
    this.onChange(this.current)
  }

  disconnected(detail: Text): void {
    this.refused = null
    this.lose(detail)
  }

  refuse(detail: Text): void {
    this.refused = detail
    this.lose(detail)
  }

  noteSensor({ sensor, state }: CaptureStatus): void {
    if (sensor.daemonId !== this.identity) return
    const key = sensor.interface
    if (state !== 'running') this.watching.delete(key)
    else if (!this.watching.has(key)) this.watching.set(key, this.nowMs())
  }

  /** By the new clock nobody knows how long devices have been silent: the watch begins anew. */
  noteClockStep(sensor: SensorId): void {
    if (this.watching.has(sensor.interface)) this.watching.set(sensor.interface, this.nowMs())
  }

  /** Null while that sensor does not watch: another daemon may have an interface of the same name. */
  watchingSinceMs(sensor: SensorId): number | null {
    if (sensor.daemonId !== this.identity) return null
    return this.watching.get(sensor.interface) ?? null
  }

  private lose(detail: Text): void {
    const { current } = this
    this.watching.clear()
    if (!current.connected && isSameText(current.detail, detail)) return
    const sinceMs = current.connected ? this.nowMs() : current.sinceMs
    this.current = { connected: false, sinceMs, detail }
    this.onChange(this.current)
  }
}
