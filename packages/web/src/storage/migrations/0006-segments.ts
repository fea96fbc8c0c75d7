/**
 * Which sensors are in one layer-2 segment, such as the cable and the Wi-Fi card
 * of a machine: they see one network, that of the sensor which `segment_id` names.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Segments0000000000006 implements MigrationInterface {
  readonly name = 'Segments0000000000006'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sensor ADD COLUMN segment_id INTEGER')
    await queryRunner.query('UPDATE sensor SET segment_id = id')
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
