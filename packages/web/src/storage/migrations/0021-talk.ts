/**
 * Whom devices talk to: volumes by day and reach, whom each has ever talked to, notes about what is new, quotas, and
 * the ports that were found open.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  // `day` is yyyymmdd where this machine lives.
  `CREATE TABLE device_day (
    day INTEGER NOT NULL, device_id INTEGER NOT NULL, reach TEXT NOT NULL,
    tx_bytes INTEGER NOT NULL, rx_bytes INTEGER NOT NULL,
    PRIMARY KEY (device_id, day, reach)) WITHOUT ROWID`,
  'CREATE INDEX device_day_by_day ON device_day (day)',
  `CREATE TABLE talk (
    device_id INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, first_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_id, kind, subject)) WITHOUT ROWID`,
  `CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
    device_id INTEGER NOT NULL, subject TEXT NOT NULL, is_alert INTEGER NOT NULL)`,
  'CREATE INDEX note_by_device ON note (device_id)',
  'CREATE TABLE note_level (kind TEXT PRIMARY KEY, level TEXT NOT NULL) WITHOUT ROWID',
  // Device 0 is all of them together.
  `CREATE TABLE quota (
    device_id INTEGER PRIMARY KEY, limit_bytes INTEGER NOT NULL, alert_percent INTEGER NOT NULL,
    told_day INTEGER NOT NULL DEFAULT 0)`,
  'CREATE TABLE billing (id INTEGER PRIMARY KEY CHECK (id = 1), day INTEGER NOT NULL)',
  'INSERT INTO billing (id, day) VALUES (1, 1)',
  `CREATE TABLE port_scan (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    profile TEXT NOT NULL, ports TEXT NOT NULL)`,
  'CREATE INDEX port_scan_by_device ON port_scan (device_id, id)',
  `CREATE TABLE port_scan_plan (
    device_id INTEGER PRIMARY KEY, every_hours INTEGER NOT NULL, next_ms INTEGER NOT NULL)`,
  `CREATE TRIGGER device_talk_gone AFTER DELETE ON device BEGIN
     DELETE FROM device_day WHERE device_id = old.id;
     DELETE FROM talk WHERE device_id = old.id;
     DELETE FROM note WHERE device_id = old.id;
     DELETE FROM quota WHERE device_id = old.id;
     DELETE FROM port_scan WHERE device_id = old.id;
     DELETE FROM port_scan_plan WHERE device_id = old.id;
   END`,
]

export class Talk0000000000021 implements MigrationInterface {
  readonly name = 'Talk0000000000021'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
