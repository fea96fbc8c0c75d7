/**
 * Whether an inventory is kept: asked of a person once, and until somebody says
 * yes, devices are forgotten a while after they were last seen, unless a person
 * has said something of them. What they sent stays counted, as nobody's.
 */

import type { DataSource, EntityManager } from 'typeorm'
import type { InventoryChoice } from '../contract/inventory-choice.js'
import { forgetRows } from './admission.js'
import type { TransactionQueue } from './transaction-queue.js'

/** Nobody has said anything of it, and it is no part of what this program stands on. */
const IS_UNSAID = `name IS NULL AND notes = '' AND owner = '' AND type IS NULL AND icon IS NULL AND trust = 'new'
  AND patience = 'normal' AND is_favorite = 0 AND archived_ms IS NULL AND is_self = 0 AND is_gateway = 0
  AND merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM device other WHERE other.merged_into = device.id)
  AND NOT EXISTS (SELECT 1 FROM device_tag WHERE device_id = device.id)`

/** Of one transaction. */
const AT_ONCE = 500

export class InventoryChoices {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /** Null while nobody has been asked. */
  async get(): Promise<InventoryChoice | null> {
    const [row]: { value: string }[] = await this.read.query(
      "SELECT value FROM setting WHERE name = 'inventory'",
    )
    return row === undefined ? null : row.value === 'on' ? 'on' : 'off'
  }

  set(choice: InventoryChoice): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query(
        `INSERT INTO setting (name, value) VALUES ('inventory', ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [choice],
      )
    })
  }
}

/** Whether there is more to forget. */
export async function expireUnkept(manager: EntityManager, beforeMs: number): Promise<boolean> {
  const [kept]: unknown[] = await manager.query(
    "SELECT 1 FROM setting WHERE name = 'inventory' AND value = 'on'",
  )
  if (kept) return false
  const rows: { id: number }[] = await manager.query(
    `SELECT id FROM device WHERE last_seen_ms < ? AND ${IS_UNSAID} LIMIT ${AT_ONCE}`,
    [beforeMs],
  )
  if (rows.length === 0) return false
  await forgetRows(manager, `id IN (${rows.map(({ id }) => id).join(',')})`)
  return rows.length === AT_ONCE
}
