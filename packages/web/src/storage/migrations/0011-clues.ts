/** What devices told of their nature: one row per source and value. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Clues0000000000011 implements MigrationInterface {
  readonly name = 'Clues0000000000011'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE device_clue (
      device_id INTEGER NOT NULL, source TEXT NOT NULL, value TEXT NOT NULL,
      first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
      PRIMARY KEY (device_id, source, value)) WITHOUT ROWID`)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
