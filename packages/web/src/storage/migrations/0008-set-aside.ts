/**
 * Figures that no network can have carried, stored before they were checked
 * when they came in, make every sum that they enter overflow. Such rows go into
 * a table of their own; the totals that they were in are summed anew from the
 * rows that are left. What a person posted is not looked at.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm'

const COUNTERS = ['tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']
const COLUMNS = COUNTERS.join(', ')
const SUMS = COUNTERS.map((counter) => `sum(${counter}) AS ${counter}`).join(', ')
const WINDOWS = ['hour', 'day', 'week', 'month']

/** 400 Gbit/s in both directions; each row is of one conversation of one sensor. */
const BYTES_PER_MS = 100_000_000
const LEVELS = [
  // Of a bucket, which is no longer than a minute.
  { name: 'recent', spanMs: 60_000 },
  { name: 'minute', spanMs: 60_000 },
  { name: 'hour', spanMs: 3_600_000 },
  { name: 'day', spanMs: 86_400_000 },
]
const KEPT = LEVELS.filter(({ name }) => name !== 'recent')
/** Beyond it a total is a sum of lies whose rows may be gone already. */
const MOST_TOTAL = 2 ** 53

const tooMuch = (most: number) =>
  `(tx_bytes + rx_bytes > ${most} OR tx_packets + rx_packets > ${most} OR min(${COLUMNS}) < 0)`

const setAside = ({ name, spanMs }: (typeof LEVELS)[number]) => {
  const where = `WHERE ${tooMuch(spanMs * BYTES_PER_MS)} AND flow_id NOT IN (SELECT id FROM flow WHERE sensor_id = 0)`
  return [
    `INSERT INTO traffic_set_aside (level, start_ms, flow_id, ${COLUMNS})
     SELECT '${name}', start_ms, flow_id, ${COLUMNS} FROM traffic_${name} ${where}`,
    `DELETE FROM traffic_${name} ${where}`,
  ]
}

const SET_ASIDE = [
  `CREATE TABLE traffic_set_aside (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, start_ms INTEGER NOT NULL, flow_id INTEGER NOT NULL,
    ${COUNTERS.map((counter) => `${counter} INTEGER NOT NULL`).join(', ')})`,
  'CREATE INDEX traffic_set_aside_by_start ON traffic_set_aside (start_ms)',
  ...LEVELS.flatMap(setAside),
]

/** All rows that are left, with the keys of their flows. */
const ROWS = `(SELECT start_ms, flow_id, sensor_id, device_id, remote_id, ${COUNTERS.map((counter) => `t.${counter}`).join(', ')}
  FROM (${KEPT.map(({ name }) => `SELECT * FROM traffic_${name}`).join(' UNION ALL ')}) t JOIN flow ON flow.id = flow_id)`

const TOTALS = [
  { table: 'flow', id: 'id', key: 'flow_id' },
  { table: 'destination', id: 'address_id', key: 'remote_id' },
  { table: 'device', id: 'id', key: 'device_id' },
]
const touched = (key: string) => `(SELECT id FROM temp.touched WHERE key = '${key}')`

const TOUCHED = [
  'CREATE TEMP TABLE touched (key TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id))',
  ...['flow.id', 'remote_id', 'device_id', 'sensor_id'].map(
    (
      column,
    ) => `INSERT INTO temp.touched SELECT DISTINCT '${column === 'flow.id' ? 'flow_id' : column}', ${column}
      FROM flow JOIN traffic_set_aside ON flow_id = flow.id WHERE level <> 'recent'`,
  ),
  ...TOTALS.map(
    ({ table, id, key }) => `INSERT OR IGNORE INTO temp.touched SELECT '${key}', ${id} FROM ${table}
      WHERE ${tooMuch(MOST_TOTAL)}`,
  ),
]

const sumAnew = ({ table, id, key }: (typeof TOTALS)[number]) => {
  const zero = [...COUNTERS, ...WINDOWS.flatMap((window) => COUNTERS.map((one) => `${one}_before_${window}`))]
  const sums = (suffix: string, where: string) => `UPDATE ${table} SET
      ${COUNTERS.map((counter) => `${counter}${suffix} = n.${counter}`).join(', ')}
    FROM (SELECT ${key}, ${SUMS} FROM ${ROWS} WHERE ${key} IN ${touched(key)} ${where} GROUP BY ${key}) n
    WHERE ${table}.${id} = n.${key}`
  return [
    `UPDATE ${table} SET ${zero.map((column) => `${column} = 0`).join(', ')} WHERE ${id} IN ${touched(key)}`,
    sums('', ''),
    ...WINDOWS.map((window) =>
      sums(
        `_before_${window}`,
        `AND start_ms < (SELECT since_ms FROM traffic_window WHERE name = '${window}')`,
      ),
    ),
  ]
}

const rank = (bytes: string) => `CAST(8 * log2(1 + max(0, ${bytes})) AS INTEGER)`
const since = (window: string) =>
  `tx_bytes + rx_bytes - tx_bytes_before_${window} - rx_bytes_before_${window}`
const rankAnew = ({ table, id, key }: (typeof TOTALS)[number]) => `UPDATE ${table} SET
  bytes_rank = ${rank('tx_bytes + rx_bytes')}, hour_rank = ${rank(since('hour'))}, day_rank = ${rank(since('day'))}
  WHERE ${id} IN ${touched(key)}`

/** Sensors, devices, destinations: by the levels that the traffic is in, which never are finer than before. */
const USAGES = [
  { scope: 0, key: 'sensor_id' },
  { scope: 1, key: 'device_id' },
  { scope: 2, key: 'remote_id' },
].flatMap(({ scope, key }) => [
  ...KEPT.map(({ name }) => `DELETE FROM usage_${name} WHERE scope = ${scope} AND key IN ${touched(key)}`),
  ...KEPT.map(
    ({ name }) => `INSERT INTO usage_${name} (scope, start_ms, key, ${COLUMNS})
      SELECT ${scope}, start_ms, ${key}, ${COUNTERS.map((counter) => `sum(t.${counter})`).join(', ')}
      FROM traffic_${name} t JOIN flow ON flow.id = flow_id
      WHERE ${key} <> 0 AND ${key} IN ${touched(key)} GROUP BY start_ms, ${key}`,
  ),
])

const MEND = [
  ...TOTALS.flatMap(sumAnew),
  ...TOTALS.filter(({ table }) => table !== 'device').map(rankAnew),
  ...USAGES,
]

export class SetAside0000000000008 implements MigrationInterface {
  readonly name = 'SetAside0000000000008'

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...SET_ASIDE, ...TOUCHED]) await queryRunner.query(statement)
    const found: unknown[] = await queryRunner.query('SELECT 1 FROM temp.touched LIMIT 1')
    if (found.length > 0) for (const statement of MEND) await queryRunner.query(statement)
    await queryRunner.query('DROP TABLE temp.touched')
  }

  /** Stored data only moves forward. */
  async down(): Promise<void> {
    throw new Error('This migration cannot be undone.')
  }
}
