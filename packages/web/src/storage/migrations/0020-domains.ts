/** Destinations grouped by the domain that somebody has registered; an address has that of its latest name. */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  'CREATE TABLE domain (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
  'CREATE TABLE address_domain (address_id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL)',
  'CREATE INDEX address_domain_by_domain ON address_domain (domain_id)',
  `CREATE TRIGGER address_domain_moved AFTER UPDATE ON address_domain
   BEGIN DELETE FROM domain WHERE id = old.domain_id AND NOT EXISTS (SELECT 1 FROM address_domain WHERE domain_id = old.domain_id); END`,
  `CREATE TRIGGER address_domain_gone AFTER DELETE ON address_domain
   BEGIN DELETE FROM domain WHERE id = old.domain_id AND NOT EXISTS (SELECT 1 FROM address_domain WHERE domain_id = old.domain_id); END`,
  `CREATE TRIGGER address_name_gone AFTER DELETE ON address_name
   BEGIN DELETE FROM address_domain WHERE address_id = old.address_id
     AND NOT EXISTS (SELECT 1 FROM address_name WHERE address_id = old.address_id); END`,
]

export class Domains0000000000020 implements MigrationInterface {
  readonly name = 'Domains0000000000020'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
