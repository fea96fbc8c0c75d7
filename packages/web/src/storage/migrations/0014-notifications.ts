/**
 * What happens and is to be told outside the page, the channels that it goes
 * out by, and what waits for each. Happenings are written in the transaction
 * that they happen in; devices tell theirs by triggers, whoever changes them.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const NOW_MS = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
const DEVICE = (kind: string) =>
  `INSERT INTO happening (at_ms, kind, ref, detail) VALUES (${NOW_MS}, '${kind}', new.id, '');`

const STATEMENTS = [
  `CREATE TABLE happening (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL, ref TEXT NOT NULL, detail TEXT NOT NULL)`,
  `CREATE TRIGGER device_new AFTER INSERT ON device BEGIN ${DEVICE('device_new')} END`,
  `CREATE TRIGGER device_gone AFTER UPDATE OF presence ON device
     WHEN new.presence = 'offline' AND old.presence <> 'offline' BEGIN ${DEVICE('device_gone')} END`,
  `CREATE TRIGGER device_back AFTER UPDATE OF presence ON device
     WHEN old.presence = 'offline' AND new.presence = 'online' BEGIN ${DEVICE('device_back')} END`,
  'CREATE TABLE sensor_watch (sensor_id INTEGER PRIMARY KEY, is_running INTEGER NOT NULL)',
  `CREATE TABLE channel (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, rules TEXT NOT NULL,
    is_enabled INTEGER NOT NULL, created_ms INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0, dropped_untold INTEGER NOT NULL DEFAULT 0,
    last_sent_ms INTEGER, last_error TEXT NOT NULL DEFAULT '', failing_since_ms INTEGER)`,
  `CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL, queued_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL, is_held INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL)`,
  'CREATE INDEX delivery_by_channel ON delivery (channel_id, id)',
  `CREATE TABLE delivered (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL, message_id TEXT NOT NULL,
    incident_id TEXT NOT NULL, queued_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, error TEXT NOT NULL)`,
  'CREATE INDEX delivered_by_incident ON delivered (incident_id)',
  `CREATE TABLE retained (
    channel_id INTEGER NOT NULL, topic TEXT NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (channel_id, topic)) WITHOUT ROWID`,
  `CREATE TRIGGER channel_forgotten AFTER DELETE ON channel BEGIN
     DELETE FROM delivery WHERE channel_id = old.id;
     DELETE FROM delivered WHERE channel_id = old.id;
     DELETE FROM retained WHERE channel_id = old.id;
   END`,
]

export class Notifications0000000000014 implements MigrationInterface {
  readonly name = 'Notifications0000000000014'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
