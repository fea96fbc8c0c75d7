/**
 * More tokens than that of the installation, each with a name and what it may
 * do; sessions that were opened with one end with it. And what was changed over
 * HTTP, with whose token.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  `CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, secret_hash TEXT NOT NULL UNIQUE,
    access TEXT NOT NULL CHECK (access IN ('read', 'full')), created_ms INTEGER NOT NULL)`,
  // Null: opened with the installation's own token, or a login link.
  'ALTER TABLE session ADD COLUMN token_id INTEGER',
  `CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, first_ms INTEGER NOT NULL,
    count INTEGER NOT NULL, token TEXT NOT NULL, way TEXT NOT NULL, source TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL)`,
]

export class Tokens0000000000016 implements MigrationInterface {
  readonly name = 'Tokens0000000000016'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
