/** Why something is missing as a rule with its figures, which is told in the reader's language; so far it was an English sentence. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What the sentences of the versions before were made from. */
const SENTENCES = {
  gap_journal_full: 'The journal was full and these events had not been read.',
  gap_not_arrived: 'The events did not arrive.',
  gap_restarted: 'The daemon was started again.',
}

const STATEMENTS = [
  `ALTER TABLE gap ADD COLUMN cause TEXT NOT NULL DEFAULT '{"rule":"","params":{}}'`,
  "UPDATE gap SET cause = json_object('rule', '', 'params', json_object('text', reason)) WHERE reason <> ''",
  ...Object.entries(SENTENCES).map(
    ([rule, sentence]) =>
      `UPDATE gap SET cause = json_object('rule', '${rule}', 'params', json_object()) WHERE reason = '${sentence}'`,
  ),
  'ALTER TABLE gap DROP COLUMN reason',
]

export class GapCauses0000000000007 implements MigrationInterface {
  readonly name = 'GapCauses0000000000007'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
