/** Who came and who left lately, of all devices, without going through each one's history. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class PresenceByTime0000000000025 implements MigrationInterface {
  readonly name = 'PresenceByTime0000000000025'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX presence_change_by_time ON presence_change (at_ms)')
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
