/**
 * Looks now and then whose presence has changed by silence, and stores the
 * transitions only. Nobody is called offline before having been asked once more
 * at its address; when all of a sensor's devices are silent then, it is the
 * sensor that sees nothing.
 */

import { HOUR_MS } from '@netwatcher/shared'
import type { Presence } from '../contract/devices.js'
import type { SensorId } from '../daemon/types.js'
import type { PresenceRow } from '../storage/presence-repository.js'
import type { Store } from '../storage/store.js'
import { areAllSilent, type Blindness, isOver, seesSinceMs } from './blindness.js'
import { nextPresence } from './presence.js'

/** Longer ago than the longest patience, a blindness changes nothing. */
const BLIND_KEPT_MS = 12 * HOUR_MS

/** Asks devices of one sensor at their addresses, several times each; false when that was not possible. */
export type Ask = (sensor: SensorId, ips: readonly string[]) => Promise<boolean>

export interface TrackerDeps {
  store: Store
  daemons: { watchingSinceMs(sensor: SensorId): number | null }
  ask: Ask
  nowMs: () => number
  onChanged: (macs: string[]) => void
}

interface Judged {
  row: PresenceRow
  presence: Presence
}

export class PresenceTracker {
  /** When each device that seems to be gone was asked, by its id. */
  private readonly askedMs = new Map<number, number>()

  constructor(private readonly deps: TrackerDeps) {}

  async update(): Promise<void> {
    const { store, nowMs } = this.deps
    const rows = await store.presence.listUnsettled()
    const blind = await store.presence.blindness(nowMs() - BLIND_KEPT_MS)
    this.forgetSettled(rows)
    const changes: Judged[] = []
    for (const [sensorId, own] of bySensor(rows)) {
      const ofSensor = blind.filter((one) => one.sensorId === sensorId)
      changes.push(...(await this.judgeSensor(own, ofSensor)))
    }
    if (changes.length === 0) return
    await store.presence.settle(
      changes.map(({ row, presence }) => ({ ...row, presence })),
      nowMs(),
    )
    this.deps.onChanged(changes.map(({ row }) => row.mac))
  }

  private async judgeSensor(rows: readonly PresenceRow[], blind: readonly Blindness[]): Promise<Judged[]> {
    const watch = await this.watchOf(rows, blind)
    const judged = rows.map((row): Judged => {
      const sighting = { ...row, isSelf: row.isSelf === 1 }
      return { row, presence: nextPresence(sighting, watch, this.deps.nowMs()) }
    })
    const leaving = judged.filter(({ presence }) => presence === 'offline')
    const silent = await this.confirm(leaving.map(({ row }) => row))
    const others = rows.filter(({ isSelf }) => isSelf === 0)
    const first = rows[0]
    if (first && areAllSilent(silent.size, others.length)) {
      await this.deps.store.presence.beginBlind(first.sensorId, this.deps.nowMs(), 'all_silent')
      return []
    }
    return judged.filter(
      ({ row, presence }) => presence !== row.presence && (presence !== 'offline' || silent.has(row.id)),
    )
  }

  /** Since when the sensor of these devices has seen; keeps the record of when it did not. */
  private async watchOf(rows: readonly PresenceRow[], blind: readonly Blindness[]) {
    const { store, daemons, nowMs } = this.deps
    const [first] = rows
    if (!first) return null
    const { sensorId } = first
    const sinceMs = daemons.watchingSinceMs(sensorOf(first))
    const open = blind.find(({ untilMs }) => untilMs === null)
    if (sinceMs === null) {
      if (!open) await store.presence.beginBlind(sensorId, nowMs(), 'not_watching')
      return null
    }
    const lastSeenMs = Math.max(0, ...rows.filter(({ isSelf }) => isSelf === 0).map((row) => row.lastSeenMs))
    if (!open || !isOver(open, sinceMs, lastSeenMs)) return seesSinceMs(sinceMs, blind)
    await store.presence.endBlind(sensorId, nowMs())
    return { sinceMs: Math.max(sinceMs, nowMs()) }
  }

  /** Those of them that were asked since they were last seen; asks the others, whose answer is known next time. */
  private async confirm(leaving: readonly PresenceRow[]): Promise<Set<number>> {
    const isAsked = ({ id, lastSeenMs }: PresenceRow) => (this.askedMs.get(id) ?? 0) > lastSeenMs
    const silent = new Set(leaving.filter(isAsked).map(({ id }) => id))
    const toAsk = leaving.filter((row) => !isAsked(row))
    // Who has no address, and whom nobody can ask, is judged by silence alone.
    const [first] = toAsk
    if (!first) return silent
    const ips = toAsk.flatMap(({ ip }) => ip ?? [])
    const wasAsked = ips.length > 0 && (await this.deps.ask(sensorOf(first), ips))
    for (const { id, ip } of toAsk) {
      if (wasAsked && ip !== null) this.askedMs.set(id, this.deps.nowMs())
      else silent.add(id)
    }
    return silent
  }

  private forgetSettled(rows: readonly PresenceRow[]): void {
    const ids = new Set(rows.map(({ id }) => id))
    for (const id of this.askedMs.keys()) if (!ids.has(id)) this.askedMs.delete(id)
  }
}

function bySensor(rows: readonly PresenceRow[]): Map<number, PresenceRow[]> {
  const groups = new Map<number, PresenceRow[]>()
  for (const row of rows) {
    const group = groups.get(row.sensorId)
    if (group) group.push(row)
    else groups.set(row.sensorId, [row])
  }
  return groups
}

function sensorOf({ daemonId, interface: name }: PresenceRow): SensorId {
  return { daemonId: daemonId ?? '', interface: name ?? '' }
}
