/**
 * Keys that stay true with several sensors and sites. A device has an id of its
 * own that MACs of a site point to. A network is one layer-2 segment: a sensor
 * and a VLAN lead to it. Addresses of devices belong to their network;
 * destinations belong to the site, which has a network of its own for them. All
 * that is stored so far is of one site, each sensor with an untagged network.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const COUNTERS = ['tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']
const BEFORE = ['hour', 'day', 'week', 'month'].flatMap((window) =>
  COUNTERS.map((counter) => `${counter}_before_${window}`),
)
const DEVICE_COLUMNS = [
  'id INTEGER PRIMARY KEY',
  'sensor_id INTEGER NOT NULL',
  'name TEXT',
  "notes TEXT NOT NULL DEFAULT ''",
  'is_known INTEGER NOT NULL DEFAULT 0',
  'is_ignored INTEGER NOT NULL DEFAULT 0',
  'is_self INTEGER NOT NULL DEFAULT 0',
  'is_gateway INTEGER NOT NULL DEFAULT 0',
  "presence TEXT NOT NULL DEFAULT 'unknown'",
  'missed_scans INTEGER NOT NULL DEFAULT 0',
  "evidence TEXT NOT NULL DEFAULT 'unknown'",
  'first_seen_ms INTEGER NOT NULL',
  'last_seen_ms INTEGER NOT NULL',
  'counted_ms INTEGER NOT NULL DEFAULT 0',
  ...[...COUNTERS, ...BEFORE].map((column) => `${column} INTEGER NOT NULL DEFAULT 0`),
]

/** Makes a table anew under its old name; `select` gives its rows from the old one. */
const remake = (table: string, columns: readonly string[], select: string, suffix = '') => [
  `CREATE TABLE ${table}_remade (${columns.join(', ')})${suffix}`,
  `INSERT INTO ${table}_remade ${select}`,
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table}_remade RENAME TO ${table}`,
]

const SITES = [
  'CREATE TABLE network (id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL)',
  'CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, network_id INTEGER NOT NULL)',
  "INSERT INTO site (id, name, network_id) VALUES (1, 'default', 1)",
  'INSERT INTO network (id, site_id) SELECT 1, 1 UNION ALL SELECT 1 + id, 1 FROM sensor',
  `CREATE TABLE sensor_network (
    sensor_id INTEGER NOT NULL, vlan INTEGER NOT NULL, network_id INTEGER NOT NULL,
    PRIMARY KEY (sensor_id, vlan)) WITHOUT ROWID`,
  'INSERT INTO sensor_network (sensor_id, vlan, network_id) SELECT id, 0, 1 + id FROM sensor',
  ...remake(
    'sensor',
    [
      'id INTEGER PRIMARY KEY',
      'site_id INTEGER NOT NULL',
      'daemon_id TEXT NOT NULL',
      'interface TEXT NOT NULL',
      'UNIQUE (site_id, daemon_id, interface)',
    ],
    'SELECT id, 1, daemon_id, interface FROM sensor',
  ),
]

/**
 * An address that only devices of one network had keeps its id; where it was a
 * destination or bore a name, too, the devices get another one.
 */
const ADDRESSES = [
  'CREATE TEMP TABLE owned (address_id INTEGER, network_id INTEGER, PRIMARY KEY (address_id, network_id))',
  `INSERT INTO owned
   SELECT device_address_id, 1 + sensor_id FROM flow WHERE sensor_id > 0
   UNION SELECT a.address_id, 1 + d.sensor_id FROM device_address a JOIN device d ON d.id = a.device_id
    WHERE d.sensor_id > 0`,
  'CREATE TEMP TABLE kept (address_id INTEGER PRIMARY KEY, network_id INTEGER)',
  `INSERT INTO kept SELECT address_id, min(network_id) FROM owned
   WHERE address_id NOT IN (SELECT remote_id FROM flow) AND address_id NOT IN (SELECT address_id FROM destination)
     AND address_id NOT IN (SELECT address_id FROM address_name)
   GROUP BY address_id HAVING count(*) = 1`,
  'DELETE FROM owned WHERE address_id IN (SELECT address_id FROM kept)',
  ...remake(
    'address',
    ['id INTEGER PRIMARY KEY', 'network_id INTEGER NOT NULL', 'ip TEXT NOT NULL', 'UNIQUE (network_id, ip)'],
    'SELECT id, coalesce(kept.network_id, 1), ip FROM address LEFT JOIN kept ON kept.address_id = id',
  ),
  `INSERT INTO address (network_id, ip)
   SELECT owned.network_id, ip FROM owned JOIN address ON address.id = owned.address_id`,
  `UPDATE flow SET device_address_id = (SELECT own.id FROM address old
     JOIN address own ON own.network_id = 1 + flow.sensor_id AND own.ip = old.ip WHERE old.id = flow.device_address_id)
   WHERE sensor_id > 0 AND device_address_id IN (SELECT address_id FROM owned)`,
  `UPDATE device_address SET address_id = (SELECT own.id FROM device d, address old
     JOIN address own ON own.network_id = 1 + d.sensor_id AND own.ip = old.ip
     WHERE d.id = device_id AND old.id = device_address.address_id)
   WHERE address_id IN (SELECT address_id FROM owned)
     AND device_id IN (SELECT id FROM device WHERE sensor_id > 0)`,
  'DROP TABLE owned',
  'DROP TABLE kept',
]

const DEVICES = [
  `CREATE TABLE device_mac (
    site_id INTEGER NOT NULL, mac TEXT NOT NULL, device_id INTEGER NOT NULL,
    PRIMARY KEY (site_id, mac)) WITHOUT ROWID`,
  'INSERT INTO device_mac (site_id, mac, device_id) SELECT 1, mac, id FROM device',
  'CREATE INDEX device_mac_by_device ON device_mac (device_id)',
  ...remake(
    'device',
    DEVICE_COLUMNS,
    `SELECT ${DEVICE_COLUMNS.map((column) => column.split(' ')[0]).join(', ')} FROM device`,
  ),
  `CREATE TRIGGER device_forgotten AFTER DELETE ON device BEGIN
    DELETE FROM device_mac WHERE device_id = old.id;
  END`,
  ...remake(
    'alert_mac',
    [
      'site_id INTEGER NOT NULL',
      'mac TEXT NOT NULL',
      'alert_id TEXT NOT NULL',
      'PRIMARY KEY (site_id, mac, alert_id)',
    ],
    'SELECT 1, mac, alert_id FROM alert_mac',
    ' WITHOUT ROWID',
  ),
  'CREATE INDEX alert_mac_by_alert ON alert_mac (alert_id)',
]

export class Sites0000000000004 implements MigrationInterface {
  readonly name = 'Sites0000000000004'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...SITES, ...ADDRESSES, ...DEVICES]) await queryRunner.query(statement)
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
