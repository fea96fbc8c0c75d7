/**
 * The wall time that was believed last, so that a clock that is wrong at the
 * next start is noticed. What was seen last stands for it until then.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  `CREATE TABLE believed_time (
    id INTEGER PRIMARY KEY CHECK (id = 1), at_ms INTEGER NOT NULL)`,
  `INSERT INTO believed_time (id, at_ms)
   SELECT 1, max(last_seen_ms) FROM device HAVING max(last_seen_ms) IS NOT NULL`,
]

export class BelievedTime0000000000003 implements MigrationInterface {
  readonly name = 'BelievedTime0000000000003'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
