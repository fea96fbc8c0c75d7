/**
 * Devices out of a file: which of them are known, what each would be told, and
 * the same done, all of it or nothing. Preview and import plan alike.
 */

import type { DataSource, EntityManager } from 'typeorm'
import type { DevicePatch } from '../contract/devices.js'
import type { PreviewResponse } from '../contract/imports.js'
import type { ImportedDevice } from '../imports/entry.js'
import { planImport, type Stored } from '../imports/plan.js'
import type { Interner } from './intern.js'
import { type Act, changeDevices } from './inventory-repository.js'
import { DEFAULT_SITE_ID } from './site-repository.js'
import type { TransactionQueue } from './transaction-queue.js'

type Action = PreviewResponse['devices'][number]['action']

export interface PlannedImport {
  entry: ImportedDevice
  /** Null for one that is not there yet, or matches nothing. */
  id: number | null
  action: Action
  stored: Stored | null
  patch: DevicePatch
}

export class ImportRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
  ) {}

  async plan(entries: readonly ImportedDevice[]): Promise<PlannedImport[]> {
    return await planAll(this.read, entries)
  }

  apply(entries: readonly ImportedDevice[], act: Act): Promise<{ created: number; changed: number }> {
    return this.writes.run(async (manager) => {
      const planned = await planAll(manager, entries)
      const created = planned.filter(({ action }) => action === 'create')
      const changed = planned.filter(({ action }) => action === 'change')
      const macs = created.map(({ entry }) => entry.mac ?? '')
      const ids = await this.interner.deviceIds(manager, DEFAULT_SITE_ID, macs, 0, act.atMs)
      await manager.query(
        `UPDATE device SET admitted_ms = ?, has_answered = 1, evidence = 'import', presence = 'offline'
         WHERE id IN (SELECT value FROM json_each(?))`,
        [act.atMs, JSON.stringify(ids)],
      )
      for (const [i, { patch }] of created.entries()) await changeDevices(manager, [ids[i] ?? 0], patch, act)
      for (const { id, patch } of changed) await changeDevices(manager, [id ?? 0], patch, act)
      return { created: created.length, changed: changed.length }
    })
  }
}

type Asker = Pick<EntityManager, 'query'>

async function planAll(asker: Asker, entries: readonly ImportedDevice[]): Promise<PlannedImport[]> {
  const ids = await matches(asker, entries)
  const stored = await storedOf(asker, ids)
  const met = new Set<string | number>()
  return entries.map((entry, i): PlannedImport => {
    const id = ids[i] ?? null
    const key = id ?? entry.mac
    const known = id === null ? null : (stored.get(id) ?? null)
    const patch = planImport(entry, known)
    if (key === null) return { entry, id, action: 'unmatched', stored: known, patch: {} }
    if (met.has(key)) return { entry, id, action: 'repeated', stored: known, patch: {} }
    met.add(key)
    const action = id === null ? 'create' : Object.keys(patch).length > 0 ? 'change' : 'same'
    return { entry, id, action, stored: known, patch }
  })
}

/** The device of each entry: that of its MAC, else the one that had its address last. */
async function matches(asker: Asker, entries: readonly ImportedDevice[]): Promise<(number | null)[]> {
  const rows: { key: number; id: number | null }[] = await asker.query(
    `SELECT wanted.key, (SELECT coalesce(d.merged_into, d.id) FROM device d WHERE d.id = CASE
        WHEN wanted.value ->> 0 IS NOT NULL THEN
          (SELECT device_id FROM device_mac WHERE site_id = ?1 AND mac = wanted.value ->> 0)
        ELSE (SELECT da.device_id FROM device_address da JOIN address a ON a.id = da.address_id
          JOIN network n ON n.id = a.network_id JOIN device h ON h.id = da.device_id
          WHERE n.site_id = ?1 AND a.ip = wanted.value ->> 1 AND da.is_disputed = 0 AND h.admitted_ms IS NOT NULL
          ORDER BY da.last_seen_ms DESC LIMIT 1) END) AS id
     FROM json_each(?2) wanted ORDER BY wanted.key`,
    [DEFAULT_SITE_ID, JSON.stringify(entries.map(({ mac, ip }) => [mac, ip]))],
  )
  return rows.map(({ id }) => id)
}

async function storedOf(asker: Asker, ids: readonly (number | null)[]): Promise<Map<number, Stored>> {
  const rows: (Omit<Stored, 'tags' | 'isFavorite'> & { id: number; tags: string; isFavorite: number })[] =
    await asker.query(
      `SELECT id, name, notes, owner, type, is_favorite AS isFavorite, trust, archived_ms AS archivedMs,
         (SELECT json_group_array(tag) FROM device_tag WHERE device_id = device.id) AS tags
       FROM device WHERE id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    )
  return new Map(
    rows.map(({ id, tags, isFavorite, ...row }) => [
      id,
      { ...row, tags: JSON.parse(tags), isFavorite: isFavorite === 1 },
    ]),
  )
}
