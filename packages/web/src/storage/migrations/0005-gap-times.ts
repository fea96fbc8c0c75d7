/** When and where something is missing: a gap has times, and one sensor alone may be concerned. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Zero where it is not known, as in every gap so far; sensor 0 stands for all of them. */
const STATEMENTS = ['from_ms', 'to_ms', 'sensor_id'].map(
  (column) => `ALTER TABLE gap ADD COLUMN ${column} INTEGER NOT NULL DEFAULT 0`,
)

export class GapTimes0000000000005 implements MigrationInterface {
  readonly name = 'GapTimes0000000000005'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
