/** When the internet could be reached and when not; channels that tell of sensors tell of that, too. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Uplink0000000000070 implements MigrationInterface {
  readonly name = 'Uplink0000000000070'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE uplink_span (
      id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL, state TEXT NOT NULL,
      from_ms INTEGER NOT NULL, to_ms INTEGER,
      answered_ms INTEGER NOT NULL, evidence TEXT NOT NULL,
      gateway TEXT NOT NULL, gateway_answered_ms INTEGER NOT NULL)`)
    await queryRunner.query('CREATE INDEX uplink_span_by_sensor ON uplink_span (sensor_id, id)')
    await queryRunner.query('CREATE INDEX uplink_span_by_end ON uplink_span (to_ms)')
    await queryRunner.query(
      `UPDATE channel SET rules = json_insert(rules, '$.events[#]', 'internet')
       WHERE EXISTS (SELECT 1 FROM json_each(rules, '$.events') WHERE value = 'sensor')`,
    )
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
