/**
 * Incidents: alerts that belong together. What was stored before becomes one
 * incident for each alert, with the MACs of its parties as keys; acknowledged
 * ones stay so.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const STATEMENTS = [
  `CREATE TABLE incident (
    id TEXT PRIMARY KEY, site_id INTEGER NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL,
    parties TEXT NOT NULL, addresses TEXT NOT NULL, alerts INTEGER NOT NULL, active INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, opened_ms INTEGER NOT NULL,
    acknowledged_ms INTEGER, acknowledged_by TEXT,
    snoozed_until_ms INTEGER NOT NULL DEFAULT 0, muted_until_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
  'CREATE INDEX incident_by_last_seen ON incident (last_seen_ms)',
  'CREATE INDEX incident_by_opening ON incident (site_id, kind, opened_ms)',
  'CREATE INDEX incident_open ON incident (severity) WHERE acknowledged_ms IS NULL',
  `CREATE TABLE incident_key (
    site_id INTEGER NOT NULL, key TEXT NOT NULL, incident_id TEXT NOT NULL,
    PRIMARY KEY (site_id, key, incident_id)) WITHOUT ROWID`,
  'CREATE INDEX incident_key_by_incident ON incident_key (incident_id)',
  'CREATE TABLE incident_alert (alert_id TEXT PRIMARY KEY, incident_id TEXT NOT NULL) WITHOUT ROWID',
  'CREATE INDEX incident_alert_by_incident ON incident_alert (incident_id)',
  `CREATE TABLE incident_entry (
    id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL, ref TEXT NOT NULL, UNIQUE (incident_id, kind, ref))`,
  `CREATE TRIGGER incident_forgotten AFTER DELETE ON incident BEGIN
     DELETE FROM incident_key WHERE incident_id = old.id;
     DELETE FROM incident_alert WHERE incident_id = old.id;
     DELETE FROM incident_entry WHERE incident_id = old.id;
   END`,
  `INSERT INTO incident (id, site_id, kind, severity, parties, addresses, alerts, active,
      first_seen_ms, last_seen_ms, opened_ms, acknowledged_ms, acknowledged_by)
   SELECT alert.id, sensor.site_id, alert.kind, alert.severity, coalesce(body ->> 'parties', '[]'),
      CASE WHEN alert.ip = '' THEN '[]' ELSE json_array(alert.ip) END, 1, alert.state = 'active',
      alert.first_seen_ms, alert.last_seen_ms, alert.first_seen_ms, alert.acknowledged_ms,
      CASE WHEN alert.acknowledged_ms IS NULL THEN NULL ELSE '' END
   FROM alert JOIN sensor ON sensor.id = alert.sensor_id`,
  'INSERT INTO incident_alert (alert_id, incident_id) SELECT id, id FROM incident',
  `INSERT OR IGNORE INTO incident_key (site_id, key, incident_id)
   SELECT site_id, mac, alert_id FROM alert_mac WHERE alert_id IN (SELECT id FROM incident)`,
]

export class Incidents0000000000013 implements MigrationInterface {
  readonly name = 'Incidents0000000000013'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
