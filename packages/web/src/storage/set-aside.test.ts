/** A database of the build before figures were checked: what no network can have carried is in it. */

import { join } from 'node:path'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { dataSourceOptions } from './database.js'
import { MIGRATIONS } from './migrations.js'
import { openStore, type Store } from './store.js'

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0)
const LIE = Number.MAX_SAFE_INTEGER
const MACS = ['aa:bb:cc:dd:ee:01', 'aa:bb:cc:dd:ee:02']
const COUNTS = (bytes: number) => `${bytes}, ${2 * bytes}, 1, 1`
const LEVELS = [
  ['minute', NOW - 2 * MINUTE_MS],
  ['hour', NOW - 3 * DAY_MS],
  ['day', NOW - 40 * DAY_MS - 12 * HOUR_MS],
] as const

const GROUND = [
  "INSERT INTO sensor (id, site_id, daemon_id, interface) VALUES (1, 1, 'd', 'eth0')",
  'INSERT INTO network (id, site_id) VALUES (2, 1)',
  'INSERT INTO sensor_network VALUES (1, 0, 2)',
  `INSERT INTO address (id, network_id, ip) VALUES (1, 2, '192.168.1.10'), (2, 1, '8.8.8.8'), (3, 1, '1.1.1.1')`,
  `INSERT INTO device (id, sensor_id, first_seen_ms, last_seen_ms, counted_ms)
   VALUES (1, 1, 0, ${NOW}, ${NOW}), (2, 1, 0, ${NOW}, ${NOW})`,
  ...MACS.map((mac, i) => `INSERT INTO device_mac VALUES (1, '${mac}', ${i + 1})`),
]

/** Flow 1 is the first device's with 8.8.8.8, flow 2 the second's with 1.1.1.1; each 100 bytes sent on every level. */
function written(lies: 'none' | 'some'): string[] {
  const sentBy = (device: number) => (device === 1 && lies === 'some' ? LIE : 100)
  const statements = [...GROUND]
  for (const device of [1, 2]) {
    const sent = LEVELS.length * sentBy(device)
    const seen = `${NOW - 40 * DAY_MS}, ${NOW - MINUTE_MS}`
    const totals = `${sent}, ${2 * sent}, 3, 3`
    statements.push(
      `INSERT INTO flow (id, sensor_id, device_id, device_address_id, remote_id, protocol, port, tx_bytes, rx_bytes,
         tx_packets, rx_packets, first_seen_ms, last_seen_ms, bytes_rank, seen_rank)
       VALUES (${device}, 1, ${device}, 1, ${device + 1}, 6, 443, ${totals}, ${seen}, 50, ${Math.floor((NOW - MINUTE_MS) / 300_000)})`,
      `INSERT INTO destination (address_id, tx_bytes, rx_bytes, tx_packets, rx_packets, first_seen_ms, last_seen_ms,
         bytes_rank, seen_rank)
       VALUES (${device + 1}, ${totals}, ${seen}, 50, ${Math.floor((NOW - MINUTE_MS) / 300_000)})`,
      `UPDATE device SET tx_bytes = ${sent}, rx_bytes = ${2 * sent}, tx_packets = 3, rx_packets = 3 WHERE id = ${device}`,
    )
    for (const [level, atMs] of LEVELS) {
      statements.push(`INSERT INTO traffic_${level} VALUES (${atMs}, ${device}, ${COUNTS(sentBy(device))})`)
      for (const [scope, key] of [
        [0, 1],
        [1, device],
        [2, device + 1],
      ]) {
        statements.push(
          `INSERT INTO usage_${level} VALUES (${scope}, ${atMs}, ${key}, ${COUNTS(sentBy(device))})
           ON CONFLICT DO UPDATE SET tx_bytes = tx_bytes + excluded.tx_bytes, rx_bytes = rx_bytes + excluded.rx_bytes,
             tx_packets = tx_packets + 1, rx_packets = rx_packets + 1`,
        )
      }
    }
  }
  // What is left of the first device: 7 bytes of the last minute that nobody doubts.
  statements.push(`INSERT INTO traffic_recent (start_ms, until_ms, flow_id, tx_bytes, rx_bytes, tx_packets, rx_packets)
    VALUES (${NOW - 5000}, ${NOW}, 1, 7, 0, 1, 0)`)
  if (lies === 'none') return statements
  const rows = Array.from({ length: 2000 }, () => `(${NOW - 5000}, ${NOW}, 1, ${LIE}, ${LIE}, 1, 1)`)
  const recent = '(start_ms, until_ms, flow_id, tx_bytes, rx_bytes, tx_packets, rx_packets)'
  return [...statements, `INSERT INTO traffic_recent ${recent} VALUES ${rows.join(', ')}`]
}

async function migrate(statements: string[]): Promise<AsyncDisposable & { store: Store }> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const before = new DataSource({ ...dataSourceOptions(path), migrations: MIGRATIONS.slice(0, 5) })
  await before.initialize()
  await before.runMigrations()
  for (const statement of statements) await before.query(statement)
  await before.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}

const order = { key: 'txBytes', isDescending: true }

/** Sent bytes of the two devices, their destinations and flows, of all time and of the last hour. */
async function sent(store: Store, fromMs?: number) {
  const query = { page: 1, pageSize: 10, order, ...(fromMs !== undefined && { fromMs }) }
  const { totals: devices } = await store.traffic.devices(query)
  const { totals: destinations } = await store.traffic.destinations(query)
  const { records } = await store.traffic.list(query)
  return [devices, destinations, records].map((list) => list.map(({ txBytes }) => txBytes))
}

test('rows that nobody can have sent are set aside, and every total is that of the others', async () => {
  await using migrated = await migrate(written('some'))
  const { store } = migrated
  await store.traffic.fold()
  await store.windows.advance(NOW)
  expect(await sent(store)).toEqual([
    [300, 7],
    [300, 7],
    [300, 7],
  ])
  expect(await sent(store, NOW - HOUR_MS)).toEqual([
    [100, 7],
    [100, 7],
    [100, 7],
  ])
  await store.retention.apply(planRetention(NOW, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE))
  const series = await store.traffic.series({ fromMs: 0, toMs: NOW }, DAY_MS)
  expect(series.reduce((sum, { txBytes }) => sum + txBytes, 0)).toBe(307)
  expect(await store.traffic.countSetAside()).toBe(2003)
  const [row] = await store.database.read.query('SELECT max(tx_bytes) AS most FROM traffic_set_aside')
  expect(row.most).toBe(LIE)
})

test('a sound database is left as it is', async () => {
  await using migrated = await migrate(written('none'))
  const { store } = migrated
  await store.traffic.fold()
  expect(await sent(store)).toEqual([
    [307, 300],
    [307, 300],
    [307, 300],
  ])
  expect(await store.traffic.countSetAside()).toBe(0)
})

test('what was set aside goes when it is too old', async () => {
  await using migrated = await migrate(written('some'))
  const { store } = migrated
  await store.retention.apply(
    planRetention(NOW + 380 * DAY_MS, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE),
  )
  expect(await store.traffic.countSetAside()).toBe(0)
})
