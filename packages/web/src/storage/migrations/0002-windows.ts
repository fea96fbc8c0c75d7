/**
 * Windows: totals since a moment for each flow, destination and device, beside
 * their totals of all time. A row keeps what its counters were when a window
 * began, so the sum in the window is a subtraction. Every window begins before
 * the first row here and is moved forward by the program. Lists are ordered by
 * indexes that hold only what was counted; arriving rows name only their flow.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const WINDOWS = ['hour', 'day', 'week', 'month']
const COUNTERS = ['tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']
const BYTES_RANK = 'CAST(8 * log2(1 + tx_bytes + rx_bytes) AS INTEGER)'

const countersBefore = (table: string) =>
  WINDOWS.flatMap((window) =>
    COUNTERS.map(
      (counter) => `ALTER TABLE ${table} ADD COLUMN ${counter}_before_${window} INTEGER NOT NULL DEFAULT 0`,
    ),
  )

const ranks = (table: string) => [
  ...['hour_rank', 'day_rank'].map(
    (rank) => `ALTER TABLE ${table} ADD COLUMN ${rank} INTEGER NOT NULL DEFAULT 0`,
  ),
  `UPDATE ${table} SET hour_rank = ${BYTES_RANK}, day_rank = ${BYTES_RANK}`,
  `DROP INDEX ${table}_by_bytes`,
  `DROP INDEX ${table}_by_last_seen`,
  ...[
    ['bytes', 'bytes_rank'],
    ['hour', 'hour_rank'],
    ['day', 'day_rank'],
    ['last_seen', 'seen_rank'],
  ].map(([name, rank]) => `CREATE INDEX ${table}_by_${name} ON ${table} (${rank}) WHERE seen_rank > 0`),
]

/** When traffic of a device was last counted: it may have been seen later, without any. */
const COUNTED = [
  'ALTER TABLE device ADD COLUMN counted_ms INTEGER NOT NULL DEFAULT 0',
  `UPDATE device SET counted_ms = n.last_ms + 1
   FROM (SELECT key, max(start_ms) AS last_ms FROM (
     ${['minute', 'hour', 'day'].map((level) => `SELECT key, start_ms FROM usage_${level} WHERE scope = 1`).join(' UNION ALL ')}
   ) GROUP BY key) n
   WHERE device.id = n.key`,
]

const STATEMENTS = [
  'CREATE TABLE traffic_window (name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) WITHOUT ROWID',
  `INSERT INTO traffic_window (name, since_ms) VALUES ${WINDOWS.map((name) => `('${name}', 0)`).join(', ')}`,
  ...['flow', 'destination', 'device'].flatMap(countersBefore),
  ...['flow', 'destination'].flatMap(ranks),
  ...COUNTED,
  ...['sensor_id', 'device_id', 'remote_id'].map(
    (column) => `ALTER TABLE traffic_recent DROP COLUMN ${column}`,
  ),
]

export class Windows0000000000002 implements MigrationInterface {
  readonly name = 'Windows0000000000002'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
