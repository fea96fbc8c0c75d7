/** Channels that tell notes go on telling newly open ports and quotas, which are chosen apart from now on. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

export class NoteRules0000000000051 implements MigrationInterface {
  readonly name = 'NoteRules0000000000051'

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE channel SET rules =
         json_insert(json_insert(rules, '$.events[#]', 'port_opened'), '$.events[#]', 'quota')
       WHERE EXISTS (SELECT 1 FROM json_each(rules, '$.events') WHERE value = 'note')`,
    )
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
