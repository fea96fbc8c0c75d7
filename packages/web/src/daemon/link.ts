/**
 * What is known about the connection to the daemon, for whoever wants to show
 * it: connected or why not, its identity, and the sensors' last words.
 */

import type { CaptureStatus, DaemonStatus, SensorId } from './types.js'

export type LinkState =
  | { connected: true; sinceMs: number }
  | { connected: false; sinceMs: number; detail: string }

export class DaemonLink {
  private current: LinkState
  /** Latest status of each sensor, by interface. */
  readonly sensors = new Map<string, CaptureStatus>()
  /** Since when each running sensor has been heard without a break. */
  private readonly watching = new Map<string, number>()

  constructor(
    private readonly nowMs: () => number,
    private readonly onChange: (state: LinkState) => void,
  ) {
    this.current = { connected: false, sinceMs: nowMs(), detail: 'netwatcherd has not been reached yet.' }
  }

  get state(): LinkState {
    return this.current
  }

  connected(status: DaemonStatus): void {
    const wasConnected = this.current.connected
    this.sensors.clear()
    for (const sensor of status.sensors) this.noteSensor(sensor)
    if (wasConnected) return
    this.current = { connected: true, sinceMs: this.nowMs() }
    this.onChange(this.current)
  }

  disconnected(detail: string): void {
    const { current } = this
    this.watching.clear()
    if (!current.connected && current.detail === detail) return
    const sinceMs = current.connected ? this.nowMs() : current.sinceMs
    this.current = { connected: false, sinceMs, detail }
    this.onChange(this.current)
  }

  noteSensor(sensor: CaptureStatus): void {
    this.sensors.set(sensor.interface, sensor)
    const key = keyOf(sensor.sensor)
    if (sensor.state !== 'running') this.watching.delete(key)
    else if (!this.watching.has(key)) this.watching.set(key, this.nowMs())
  }

  /** By the new clock nobody knows how long devices have been silent: the watch begins anew. */
  noteClockStep(sensor: SensorId): void {
    const key = keyOf(sensor)
    if (this.watching.has(key)) this.watching.set(key, this.nowMs())
  }

  /** Null while that sensor does not watch: another daemon may have an interface of the same name. */
  watchingSinceMs(sensor: SensorId): number | null {
    return this.watching.get(keyOf(sensor)) ?? null
  }
}

function keyOf({ daemonId, interface: name }: SensorId): string {
  return `${daemonId} ${name}`
}
