/**
 * What people do to devices: what they note, whom they trust, which MACs are one
 * device and which are not, what is forgotten. Of each change the log keeps the
 * old value and the new one.
 */

import { NetWatcherError } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { ChangeSource, DeviceKey, DevicePatch } from '../contract/devices.js'
import { type Change, noteChanges } from './change-log.js'
import { type DeviceFilter, deviceConditions, IS_DEVICE, isDeviceKey } from './device-rows.js'
import { forgetDevices } from './forget.js'
import type { Interner } from './intern.js'
import { macOf } from './keys.js'
import type { TransactionQueue } from './transaction-queue.js'

/** Which devices: by their ids, or all that a list has. */
export type Selection = { ids: readonly number[] } | { filter: DeviceFilter }

export interface Act {
  atMs: number
  source: ChangeSource
}

export interface DeviceChange {
  patch: DevicePatch
  /** Whatever others there are. */
  addTags: readonly string[]
  removeTags: readonly string[]
}

/** What is kept of a device as one value, and the column that it is in. */
const COLUMNS: Record<Exclude<keyof DevicePatch, 'tags' | 'isArchived'>, string> = {
  name: 'name',
  notes: 'notes',
  owner: 'owner',
  type: 'type',
  icon: 'icon',
  isFavorite: 'is_favorite',
  trust: 'trust',
  patience: 'patience',
}

export class InventoryRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
  ) {}

  /** Null when there is no such device. */
  async idOf(key: DeviceKey): Promise<number | null> {
    const [row]: { id: number }[] = await this.read.query(
      `SELECT d.id FROM device d WHERE ${IS_DEVICE} AND ${isDeviceKey(key)} ORDER BY d.id LIMIT 1`,
      [key],
    )
    return row?.id ?? null
  }

  /** To all of them or none; returns how many they are. */
  change(selection: Selection, { patch, addTags, removeTags }: DeviceChange, act: Act): Promise<number> {
    return this.writes.run(async (manager) => {
      const ids = await select(manager, selection)
      await changeDevices(manager, ids, patch, act)
      if (addTags.length + removeTags.length === 0) return ids.length
      await changeTags(manager, ids, act, (tags) => [
        ...tags.filter((tag) => !removeTags.includes(tag)),
        ...addTags,
      ])
      return ids.length
    })
  }

  /** Traffic, names, presence, alerts and history of them go, too. */
  forget(selection: Selection): Promise<number> {
    return this.writes.run(async (manager) => {
      const ids = await select(manager, selection)
      await forgetDevices(manager, ids)
      this.interner.clear()
      return ids.length
    })
  }

  /** From now on `others` are one device with `id`, which stands for them. Returns how many there were. */
  merge(id: number, others: readonly number[], act: Act): Promise<number> {
    return this.writes.run(async (manager) => {
      const joined = (await select(manager, { ids: others })).filter((other) => other !== id)
      for (const other of joined) await mergeOne(manager, id, other, act)
      return joined.length
    })
  }

  /** Takes those MACs out of the device again: each is one of its own. */
  split(id: number, macs: readonly string[], act: Act): Promise<number> {
    return this.writes.run(async (manager) => {
      const rows: { id: number; mac: string }[] = await manager.query(
        `SELECT m.id, mac FROM device m JOIN device_mac ON device_id = m.id
         WHERE merged_into = ? AND mac IN (SELECT value FROM json_each(?))`,
        [id, JSON.stringify(macs)],
      )
      for (const { id: part, mac } of rows) await splitOne(manager, { id, part, mac }, act)
      return rows.length
    })
  }

  /** Says that two MACs are different devices, so that they are not suggested again. */
  tellApart(id: number, other: number, act: Act): Promise<void> {
    return this.writes.run((manager) => decide(manager, id, other, false, act.atMs))
  }

  /** The tags in use, and how many devices have each. */
  async tags(): Promise<{ tag: string; devices: number }[]> {
    return await this.read.query('SELECT tag, count(*) AS devices FROM device_tag GROUP BY tag ORDER BY tag')
  }
}

async function select(manager: EntityManager, selection: Selection): Promise<number[]> {
  if ('ids' in selection) {
    const rows: { id: number }[] = await manager.query(
      `SELECT d.id FROM device d WHERE ${IS_DEVICE} AND d.id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(selection.ids)],
    )
    if (rows.length < new Set(selection.ids).size) throw noSuchDevice()
    return rows.map(({ id }) => id)
  }
  const where = deviceConditions(selection.filter)
  const rows: { id: number }[] = await manager.query(`SELECT d.id FROM device d ${where}`, where.parameters)
  return rows.map(({ id }) => id)
}

export function noSuchDevice(): NetWatcherError {
  return new NetWatcherError('not_found', 'NO_DEVICE', 'No such device was seen.')
}

/** Within a transaction; of rows that stand for a device. */
export async function changeDevices(
  manager: EntityManager,
  ids: readonly number[],
  { tags, isArchived, ...patch }: DevicePatch,
  act: Act,
): Promise<void> {
  if (tags !== undefined) await changeTags(manager, ids, act, () => tags)
  if (isArchived !== undefined)
    await setColumn(manager, ids, 'archived_ms', isArchived ? act.atMs : null, act)
  for (const [field, column] of Object.entries(COLUMNS)) {
    const value = patch[field as keyof typeof COLUMNS]
    if (value !== undefined) await setColumn(manager, ids, column, value, act)
  }
}

/** The field of the log is the column without what only the table needs to know. */
const fieldOf = (column: string) => column.replace(/^is_|_ms$/g, '')

async function setColumn(
  manager: EntityManager,
  ids: readonly number[],
  column: string,
  value: string | number | boolean | null,
  act: Act,
): Promise<void> {
  const stored = typeof value === 'boolean' ? Number(value) : value
  const json = JSON.stringify(ids)
  const rows: { id: number; before: string | number | null }[] = await manager.query(
    `SELECT id, ${column} AS before FROM device WHERE id IN (SELECT value FROM json_each(?)) AND ${column} IS NOT ?`,
    [json, stored],
  )
  const changes = rows.map(({ id, before }): Change => {
    const said = { before: String(before ?? ''), after: String(stored ?? '') }
    return { deviceId: id, field: fieldOf(column), ...said }
  })
  await noteChanges(manager, changes, act)
  await manager.query(
    `UPDATE device SET ${column} = ? WHERE id IN (SELECT value FROM json_each(?)) AND ${column} IS NOT ?`,
    [stored, json, stored],
  )
}

async function changeTags(
  manager: EntityManager,
  ids: readonly number[],
  act: Act,
  next: (tags: string[]) => readonly string[],
): Promise<void> {
  const rows: { id: number; tags: string }[] = await manager.query(
    `SELECT value AS id, (SELECT json_group_array(tag) FROM (SELECT tag FROM device_tag WHERE device_id = value
       ORDER BY tag)) AS tags FROM json_each(?)`,
    [JSON.stringify(ids)],
  )
  const changes: Change[] = []
  const wanted: [number, string][] = []
  for (const { id, tags } of rows) {
    const before: string[] = JSON.parse(tags)
    const after = [...new Set(next(before))].sort()
    changes.push({ deviceId: id, field: 'tags', before: before.join(', '), after: after.join(', ') })
    wanted.push(...after.map((tag): [number, string] => [id, tag]))
  }
  await noteChanges(manager, changes, act)
  await manager.query('DELETE FROM device_tag WHERE device_id IN (SELECT value FROM json_each(?))', [
    JSON.stringify(ids),
  ])
  await manager.query(
    'INSERT INTO device_tag (device_id, tag) SELECT value ->> 0, value ->> 1 FROM json_each(?)',
    [JSON.stringify(wanted)],
  )
}

interface Identity {
  siteId: number
  mac: string
}

async function identityOf(manager: EntityManager, id: number): Promise<Identity> {
  const [row]: Identity[] = await manager.query(
    'SELECT site_id AS siteId, mac FROM device_mac WHERE device_id = ? LIMIT 1',
    [id],
  )
  if (!row) throw noSuchDevice()
  return row
}

/** Remembers what a person said of two MACs. */
async function decide(
  manager: EntityManager,
  id: number,
  other: number,
  isSame: boolean,
  atMs: number,
): Promise<void> {
  const one = await identityOf(manager, id)
  const two = await identityOf(manager, other)
  const [mac, otherMac] = [one.mac, two.mac].sort()
  await manager.query(
    `INSERT INTO same_device (site_id, mac, other_mac, is_same, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (site_id, mac, other_mac) DO UPDATE SET is_same = excluded.is_same, at_ms = excluded.at_ms`,
    [one.siteId, mac, otherMac, Number(isSame), atMs],
  )
}

async function mergeOne(manager: EntityManager, id: number, other: number, act: Act): Promise<void> {
  const one = await identityOf(manager, id)
  const two = await identityOf(manager, other)
  if (one.siteId !== two.siteId) {
    throw new NetWatcherError(
      'invalid_argument',
      'OTHER_SITE',
      'Devices of different sites are different devices.',
    )
  }
  await decide(manager, id, other, true, act.atMs)
  await noteChanges(
    manager,
    [{ deviceId: id, field: 'macs', before: one.mac, after: `${one.mac}, ${two.mac}` }],
    act,
  )
  await manager.query('UPDATE device SET merged_into = ?1 WHERE id = ?2 OR merged_into = ?2', [id, other])
  await manager.query(INHERIT, [id, other])
  await manager.query(
    'INSERT OR IGNORE INTO device_tag SELECT ?1, tag FROM device_tag WHERE device_id = ?2',
    [id, other],
  )
}

/** What the one that stands for both does not say itself. */
const INHERIT = `UPDATE device SET name = coalesce(device.name, o.name), type = coalesce(device.type, o.type),
    icon = coalesce(device.icon, o.icon), notes = iif(device.notes = '', o.notes, device.notes),
    owner = iif(device.owner = '', o.owner, device.owner), trust = iif(device.trust = 'new', o.trust, device.trust),
    first_seen_ms = min(device.first_seen_ms, o.first_seen_ms), last_seen_ms = max(device.last_seen_ms, o.last_seen_ms),
    presence = iif(o.presence = 'online' OR o.last_seen_ms > device.last_seen_ms, o.presence, device.presence)
  FROM device o WHERE device.id = ?1 AND o.id = ?2`

async function splitOne(
  manager: EntityManager,
  { id, part, mac }: { id: number; part: number; mac: string },
  act: Act,
): Promise<void> {
  await decide(manager, id, part, false, act.atMs)
  const [row]: { own: string }[] = await manager.query(`SELECT ${macOf('?1')} AS own`, [id])
  const own = row?.own ?? ''
  await noteChanges(manager, [{ deviceId: id, field: 'macs', before: `${own}, ${mac}`, after: own }], act)
  await manager.query('UPDATE device SET merged_into = NULL WHERE id = ?', [part])
  await manager.query(OWN_TIMES, [id])
}

/** When the rest was seen: what was said of the part is no longer said of it. */
const OWN_TIMES = `UPDATE device SET first_seen_ms = n.first_ms, last_seen_ms = n.last_ms
  FROM (SELECT min(a.first_seen_ms) AS first_ms, max(a.last_seen_ms) AS last_ms FROM device_address a
    JOIN device m ON m.id = a.device_id WHERE m.id = ?1 OR m.merged_into = ?1) n
  WHERE device.id = ?1 AND n.last_ms IS NOT NULL`
