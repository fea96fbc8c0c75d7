/**
 * What a person does once after the installation, with the time of the first:
 * that it was done stays so, however long ago, and whoever did it.
 */

import { parseCidr } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { SetupResponse } from '../contract/setup.js'
import type { TransactionQueue } from './transaction-queue.js'

const REACH = 'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING'

export class Milestones {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  async get(): Promise<SetupResponse> {
    const rows: { name: string; value: string }[] = await this.read.query(
      "SELECT name, value FROM setting WHERE name IN ('first_scan_ms', 'first_drill_ms')",
    )
    const timeOf = (wanted: string) => {
      const found = rows.find(({ name }) => name === wanted)
      return found ? Number(found.value) : null
    }
    return { firstScanMs: timeOf('first_scan_ms'), firstDrillMs: timeOf('first_drill_ms') }
  }

  async drilled(atMs: number): Promise<void> {
    await this.writes.run(async (manager) => {
      await manager.query(REACH, ['first_drill_ms', String(atMs)])
    })
  }

  /** A scan that asked `targets` in full; questions to single devices are none of a network. */
  async scanned(manager: EntityManager, targets: readonly string[], atMs: number): Promise<void> {
    if (targets.some(isNetwork)) await manager.query(REACH, ['first_scan_ms', String(atMs)])
  }
}

function isNetwork(target: string): boolean {
  const cidr = parseCidr(target, { allowHostBits: true })
  return cidr !== null && cidr.prefixLength < cidr.network.length * 8
}
