/** Which names devices asked DNS for, where the owner wants that to be kept. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class AskedNames0000000000060 implements MigrationInterface {
  readonly name = 'AskedNames0000000000060'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE asked_name (
      device_id INTEGER NOT NULL, name TEXT NOT NULL, periods INTEGER NOT NULL,
      first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
      PRIMARY KEY (device_id, name)) WITHOUT ROWID`)
    await queryRunner.query('CREATE INDEX asked_name_by_time ON asked_name (last_seen_ms)')
    await queryRunner.query(`CREATE TRIGGER device_asked_name_gone AFTER DELETE ON device
      BEGIN DELETE FROM asked_name WHERE device_id = OLD.id; END`)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
