import { join } from 'node:path'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'
import { planRetention } from '../ingest/retention-plan.js'
import { sumOf, temporaryDirectory } from '../testing/test-store.js'
import { dataSourceOptions } from './database.js'
import { Initial0000000000001 } from './migrations/0001-initial.js'
import { openStore } from './store.js'

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0)
const MAC = 'aa:bb:cc:dd:ee:01'

/**
 * As the first version would have left it: two flows of a device, each with
 * 10 bytes sent and 100 received per row, and one row that was not folded yet.
 */
const ROWS = [
  "INSERT INTO sensor (id, daemon_id, interface) VALUES (1, 'd', 'eth0')",
  "INSERT INTO address (id, ip) VALUES (1, '192.168.1.10'), (2, '8.8.8.8'), (3, '1.1.1.1')",
  `INSERT INTO device (id, mac, sensor_id, name, first_seen_ms, last_seen_ms, tx_bytes, rx_bytes, tx_packets, rx_packets)
   VALUES (1, '${MAC}', 1, 'Printer', 0, ${NOW}, 40, 400, 4, 4)`,
  `INSERT INTO flow VALUES
   (1, 1, 1, 1, 2, 6, 443, 30, 300, 3, 3, 0, ${NOW - MINUTE_MS}, 67, ${Math.floor((NOW - MINUTE_MS) / 300_000)}),
   (2, 1, 1, 1, 3, 6, 443, 10, 100, 1, 1, 0, ${NOW - 40 * DAY_MS + 1}, 54, ${Math.floor((NOW - 40 * DAY_MS) / 300_000)})`,
  `INSERT INTO destination VALUES
   (2, 30, 300, 3, 3, 0, ${NOW - MINUTE_MS}, 67, ${Math.floor((NOW - MINUTE_MS) / 300_000)}),
   (3, 10, 100, 1, 1, 0, ${NOW - 40 * DAY_MS + 1}, 54, ${Math.floor((NOW - 40 * DAY_MS) / 300_000)})`,
  `INSERT INTO traffic_recent VALUES (7, ${NOW - 5000}, ${NOW}, 2, 1, 1, 3, 10, 100, 1, 1)`,
  ...[
    ['minute', NOW - 2 * MINUTE_MS, 1, 2],
    ['minute', NOW - 2 * HOUR_MS, 1, 2],
    ['hour', NOW - 3 * DAY_MS, 1, 2],
    ['day', NOW - 40 * DAY_MS - 12 * HOUR_MS, 2, 3],
  ].flatMap(([level, atMs, flow, address]) => [
    `INSERT INTO traffic_${level} VALUES (${atMs}, ${flow}, 10, 100, 1, 1)`,
    ...[1, 1, address].map(
      (key, scope) => `INSERT INTO usage_${level} VALUES (${scope}, ${atMs}, ${key}, 10, 100, 1, 1)`,
    ),
  ]),
]

async function writeFirstVersion(path: string): Promise<void> {
  const dataSource = new DataSource({ ...dataSourceOptions(path), migrations: [Initial0000000000001] })
  await dataSource.initialize()
  await dataSource.runMigrations()
  for (const statement of ROWS) await dataSource.query(statement)
  await dataSource.destroy()
}

test('a database of the first version goes on with all of its rows and totals', async () => {
  await using directory = await temporaryDirectory()
  await writeFirstVersion(join(directory.path, 'netwatcher.db'))
  const store = await openStore({ stateDir: directory.path, nowMs: NOW })
  try {
    expect(await sumOf(store, 'traffic')).toBe(550)
    for (const scope of [0, 1, 2]) expect(await sumOf(store, 'usage', `scope = ${scope}`)).toBe(550)
    await store.retention.apply(planRetention(NOW, { retentionDays: 365, budgetBytes: 2 ** 40 }, 0))
    await store.windows.advance(NOW)
    const order = { key: 'bytes', isDescending: true }
    const totals = async (ageMs: number | null) => {
      const query = { page: 1, pageSize: 10, order, ...(ageMs !== null && { fromMs: NOW - ageMs }) }
      const { records } = await store.traffic.list(query)
      const { totals: destinations } = await store.traffic.destinations(query)
      const { totals: devices } = await store.traffic.devices(query)
      expect(destinations.map(({ dst, rxBytes }) => [dst, rxBytes])).toEqual(
        records.map(({ dst, rxBytes }) => [dst, rxBytes]),
      )
      expect(devices.map(({ device }) => device)).toEqual([MAC])
      return [devices[0]?.rxBytes, ...records.map(({ rxBytes }) => rxBytes)]
    }
    expect(await totals(null)).toEqual([500, 300, 200])
    expect(await totals(60 * DAY_MS)).toEqual([500, 300, 200])
    expect(await totals(30 * DAY_MS)).toEqual([400, 300, 100])
    expect(await totals(DAY_MS)).toEqual([300, 200, 100])
    expect(await totals(HOUR_MS)).toEqual([200, 100, 100])
    expect((await store.devices.get(MAC))?.name).toBe('Printer')
  } finally {
    await store.close()
  }
})
