/**
 * First schema. Addresses, sensors and devices are interned, so that a traffic
 * row is a few small integers. What arrives is appended to `traffic_recent` and
 * folded from there; time levels are WITHOUT ROWID and clustered by start, so
 * that retention deletes a prefix. Traffic is in exactly one of the four. Totals
 * live beside the keys (flow, device, destination), so that lists never sum
 * traffic rows.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const COUNTERS = `
  tx_bytes INTEGER NOT NULL, rx_bytes INTEGER NOT NULL,
  tx_packets INTEGER NOT NULL, rx_packets INTEGER NOT NULL`

/** Coarse values of the sums, for indexes that are seldom rewritten. */
const RANKS = 'bytes_rank INTEGER NOT NULL DEFAULT 0, seen_rank INTEGER NOT NULL DEFAULT 0'

const trafficLevel = (name: string) => `CREATE TABLE ${name} (
  start_ms INTEGER NOT NULL, flow_id INTEGER NOT NULL, ${COUNTERS},
  PRIMARY KEY (start_ms, flow_id)) WITHOUT ROWID`

/** scope 0: a sensor, 1: a device, 2: a destination; key is its id. */
const usageLevel = (name: string) => `CREATE TABLE ${name} (
  scope INTEGER NOT NULL, start_ms INTEGER NOT NULL, key INTEGER NOT NULL, ${COUNTERS},
  PRIMARY KEY (scope, start_ms, key)) WITHOUT ROWID`

const STATEMENTS = [
  `CREATE TABLE sensor (
    id INTEGER PRIMARY KEY, daemon_id TEXT NOT NULL, interface TEXT NOT NULL,
    UNIQUE (daemon_id, interface))`,
  'CREATE TABLE address (id INTEGER PRIMARY KEY, ip TEXT NOT NULL UNIQUE)',
  `CREATE TABLE address_name (
    address_id INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, seen_ms INTEGER NOT NULL,
    PRIMARY KEY (address_id, source)) WITHOUT ROWID`,
  `CREATE TABLE device (
    id INTEGER PRIMARY KEY, mac TEXT NOT NULL UNIQUE, sensor_id INTEGER NOT NULL,
    name TEXT, notes TEXT NOT NULL DEFAULT '',
    is_known INTEGER NOT NULL DEFAULT 0, is_ignored INTEGER NOT NULL DEFAULT 0,
    is_self INTEGER NOT NULL DEFAULT 0, is_gateway INTEGER NOT NULL DEFAULT 0,
    presence TEXT NOT NULL DEFAULT 'unknown', missed_scans INTEGER NOT NULL DEFAULT 0,
    evidence TEXT NOT NULL DEFAULT 'unknown',
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
    tx_bytes INTEGER NOT NULL DEFAULT 0, rx_bytes INTEGER NOT NULL DEFAULT 0,
    tx_packets INTEGER NOT NULL DEFAULT 0, rx_packets INTEGER NOT NULL DEFAULT 0)`,
  `CREATE TABLE device_address (
    device_id INTEGER NOT NULL, address_id INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_id, address_id)) WITHOUT ROWID`,
  'CREATE INDEX device_address_by_address ON device_address (address_id)',
  `CREATE TABLE device_name (
    device_id INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_id, source)) WITHOUT ROWID`,
  `CREATE TABLE flow (
    id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL, device_id INTEGER NOT NULL,
    device_address_id INTEGER NOT NULL, remote_id INTEGER NOT NULL,
    protocol INTEGER NOT NULL, port INTEGER NOT NULL, ${COUNTERS},
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, ${RANKS},
    UNIQUE (remote_id, device_id, protocol, port, device_address_id, sensor_id))`,
  'CREATE INDEX flow_by_device ON flow (device_id, remote_id)',
  'CREATE INDEX flow_by_bytes ON flow (bytes_rank)',
  'CREATE INDEX flow_by_last_seen ON flow (seen_rank)',
  `CREATE TABLE destination (
    address_id INTEGER PRIMARY KEY, ${COUNTERS},
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, ${RANKS})`,
  'CREATE INDEX destination_by_bytes ON destination (bytes_rank)',
  'CREATE INDEX destination_by_last_seen ON destination (seen_rank)',
  `CREATE TABLE traffic_recent (
    id INTEGER PRIMARY KEY, start_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, flow_id INTEGER NOT NULL,
    sensor_id INTEGER NOT NULL, device_id INTEGER NOT NULL, remote_id INTEGER NOT NULL, ${COUNTERS})`,
  ...['traffic_minute', 'traffic_hour', 'traffic_day'].map(trafficLevel),
  ...['usage_minute', 'usage_hour', 'usage_day'].map(usageLevel),
  `CREATE TABLE alert (
    id TEXT PRIMARY KEY, sensor_id INTEGER NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL,
    state TEXT NOT NULL, ip TEXT NOT NULL, body TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, count INTEGER NOT NULL,
    acknowledged_ms INTEGER) WITHOUT ROWID`,
  'CREATE INDEX alert_by_last_seen ON alert (last_seen_ms)',
  'CREATE INDEX alert_open ON alert (severity) WHERE acknowledged_ms IS NULL',
  `CREATE TABLE alert_mac (
    mac TEXT NOT NULL, alert_id TEXT NOT NULL, PRIMARY KEY (mac, alert_id)) WITHOUT ROWID`,
  'CREATE INDEX alert_mac_by_alert ON alert_mac (alert_id)',
  `CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, taken_at_ms INTEGER NOT NULL, method TEXT NOT NULL,
    detail TEXT NOT NULL, hosts INTEGER NOT NULL, clients TEXT NOT NULL)`,
  `CREATE TABLE daemon_position (
    daemon_id TEXT NOT NULL, boot_id TEXT NOT NULL, sequence INTEGER NOT NULL, ordinal INTEGER NOT NULL,
    PRIMARY KEY (daemon_id, boot_id)) WITHOUT ROWID`,
  `CREATE TABLE gap (
    id INTEGER PRIMARY KEY, daemon_id TEXT NOT NULL, boot_id TEXT NOT NULL,
    first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL,
    traffic_bytes INTEGER NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL)`,
  `CREATE TABLE session (
    id_hash TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID`,
  'CREATE TABLE used_ticket (nonce TEXT PRIMARY KEY, expires_ms INTEGER NOT NULL) WITHOUT ROWID',
]

export class Initial0000000000001 implements MigrationInterface {
  readonly name = 'Initial0000000000001'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
