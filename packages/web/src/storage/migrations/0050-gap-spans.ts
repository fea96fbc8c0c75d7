/** From when something may be missing after a run of the daemon that ended unheard: the start of its last bucket. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class GapSpans0000000000050 implements MigrationInterface {
  readonly name = 'GapSpans0000000000050'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE daemon_position ADD COLUMN traffic_ms INTEGER NOT NULL DEFAULT 0')
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
