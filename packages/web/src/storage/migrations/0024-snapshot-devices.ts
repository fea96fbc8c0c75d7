/** A snapshot says how many devices it has; it used to say how many addresses. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class SnapshotDevices0000000000024 implements MigrationInterface {
  readonly name = 'SnapshotDevices0000000000024'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE snapshot SET hosts =
      (SELECT count(DISTINCT coalesce(value ->> 'mac', value ->> 'ip')) FROM json_each(clients))`)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
