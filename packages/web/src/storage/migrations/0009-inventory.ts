/**
 * Devices that people work with: whose they are, what they are, tags, trust,
 * and a log of changes. Several MACs are one device where a person says so: the
 * rows of the others point to the one that stands for them, so that nothing is
 * rewritten and it can be taken back. A row that has not been admitted is an
 * address that was there for a moment, as a flood makes them, and no device.
 * Presence is stored as its transitions, and times without sight beside it.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  ...[
    "owner TEXT NOT NULL DEFAULT ''",
    'type TEXT',
    'icon TEXT',
    'is_favorite INTEGER NOT NULL DEFAULT 0',
    "trust TEXT NOT NULL DEFAULT 'new'",
    "patience TEXT NOT NULL DEFAULT 'normal'",
    'archived_ms INTEGER',
    'merged_into INTEGER',
    'admitted_ms INTEGER',
    'is_flood INTEGER NOT NULL DEFAULT 0',
    'has_answered INTEGER NOT NULL DEFAULT 0',
  ].map((column) => `ALTER TABLE device ADD COLUMN ${column}`),
  `UPDATE device SET admitted_ms = first_seen_ms, has_answered = 1,
     trust = CASE WHEN is_ignored THEN 'ignored' WHEN is_known THEN 'known' ELSE 'new' END`,
  'ALTER TABLE device DROP COLUMN is_known',
  'ALTER TABLE device DROP COLUMN is_ignored',
  'CREATE INDEX device_by_merge ON device (merged_into) WHERE merged_into IS NOT NULL',
  'CREATE INDEX device_short_lived ON device (first_seen_ms) WHERE admitted_ms IS NULL',
  'CREATE INDEX device_by_first_seen ON device (first_seen_ms)',
  'ALTER TABLE device_address ADD COLUMN is_disputed INTEGER NOT NULL DEFAULT 0',
  `CREATE TABLE device_tag (
    device_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (device_id, tag)) WITHOUT ROWID`,
  'CREATE INDEX device_tag_by_tag ON device_tag (tag)',
  `CREATE TABLE device_change (
    id INTEGER PRIMARY KEY, device_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, field TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, source TEXT NOT NULL)`,
  'CREATE INDEX device_change_by_device ON device_change (device_id, id)',
  `CREATE TABLE same_device (
    site_id INTEGER NOT NULL, mac TEXT NOT NULL, other_mac TEXT NOT NULL, is_same INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, PRIMARY KEY (site_id, mac, other_mac)) WITHOUT ROWID`,
  `CREATE TABLE presence_change (
    device_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, is_present INTEGER NOT NULL,
    told_ms INTEGER NOT NULL, evidence TEXT NOT NULL,
    PRIMARY KEY (device_id, at_ms, is_present)) WITHOUT ROWID`,
  `INSERT INTO presence_change SELECT id, last_seen_ms, presence IN ('online', 'idle'), last_seen_ms, evidence
   FROM device WHERE presence <> 'unknown'`,
  `CREATE TABLE sensor_blind (
    sensor_id INTEGER NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER, cause TEXT NOT NULL,
    PRIMARY KEY (sensor_id, from_ms)) WITHOUT ROWID`,
  `CREATE TABLE short_lived (
    site_id INTEGER NOT NULL, hour_ms INTEGER NOT NULL, addresses INTEGER NOT NULL,
    PRIMARY KEY (site_id, hour_ms)) WITHOUT ROWID`,
  'CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  "INSERT INTO setting SELECT 'inventory', 'on' WHERE EXISTS (SELECT 1 FROM device)",
  'DROP TRIGGER device_forgotten',
  `CREATE TRIGGER device_forgotten AFTER DELETE ON device BEGIN
    DELETE FROM device_mac WHERE device_id = old.id;
    DELETE FROM device_tag WHERE device_id = old.id;
    DELETE FROM device_change WHERE device_id = old.id;
    DELETE FROM device_name WHERE device_id = old.id;
    DELETE FROM device_address WHERE device_id = old.id;
    DELETE FROM presence_change WHERE device_id = old.id;
    UPDATE device SET merged_into = NULL WHERE merged_into = old.id;
  END`,
]

export class Inventory0000000000009 implements MigrationInterface {
  readonly name = 'Inventory0000000000009'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
