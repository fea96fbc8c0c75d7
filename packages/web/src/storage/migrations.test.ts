import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DAY_MS, HOUR_MS, MINUTE_MS, NO_TEXT, text, worded } from '@netwatcher/shared'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { event, sumOf, trafficOf } from '../testing/test-store.js'
import { dataSourceOptions } from './database.js'
import { Initial0000000000001 } from './migrations/0001-initial.js'
import { NoteRules0000000000051 } from './migrations/0051-note-rules.js'
import { MIGRATIONS } from './migrations.js'
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
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  try {
    expect(await sumOf(store, 'traffic')).toBe(550)
    for (const scope of [0, 1, 2]) expect(await sumOf(store, 'usage', `scope = ${scope}`)).toBe(550)
    await store.retention.apply(planRetention(NOW, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE))
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

test('a channel that told notes goes on telling newly open ports and quotas, and no other does', async () => {
  await using directory = await temporaryDirectory()
  const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(NoteRules0000000000051))
  const path = join(directory.path, 'netwatcher.db')
  const old = new DataSource({ ...dataSourceOptions(path), migrations: before })
  await old.initialize()
  await old.runMigrations()
  for (const [name, events] of [
    ['notes', ['incident', 'note']],
    ['others', ['incident']],
  ] as const) {
    await old.query(
      'INSERT INTO channel (name, settings, rules, is_enabled, created_ms) VALUES (?, ?, ?, 1, 0)',
      [name, '{"type":"journal"}', JSON.stringify({ events })],
    )
  }
  await old.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  try {
    const channels = await store.channels.list()
    expect(channels.map(({ rules }) => rules.events)).toEqual([
      ['incident', 'note', 'port_opened', 'quota'],
      ['incident'],
    ])
  } finally {
    await store.close()
  }
})

/** Written by the version before sites: three sensors of two daemons, four ages of rows, one not folded yet. */
const FIXTURE = new URL('migrations/fixtures/0002-windows.db.gz', import.meta.url)
const WRITTEN_MS = 1_800_000_000_000

async function openFixture() {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  writeFileSync(path, gunzipSync(readFileSync(FIXTURE)))
  const before = new DataSource({ ...dataSourceOptions(path), migrations: [] })
  await before.initialize()
  const old = {
    traffic: await before.query(BYTES_OF('traffic')),
    flows: await before.query(`SELECT d.mac, da.ip AS own, a.ip AS remote, f.tx_bytes, f.rx_bytes
      FROM flow f LEFT JOIN device d ON d.id = f.device_id JOIN address da ON da.id = f.device_address_id
      JOIN address a ON a.id = f.remote_id ORDER BY f.id`),
    addresses: await before.query(`SELECT d.mac, a.ip, first_seen_ms, last_seen_ms FROM device_address da
      JOIN (SELECT id, mac FROM device) d ON d.id = da.device_id JOIN address a ON a.id = da.address_id ORDER BY 1, 2`),
  }
  await before.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => WRITTEN_MS })
  return {
    store,
    old,
    async [Symbol.asyncDispose]() {
      await store.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}

const BYTES_OF = (family: string) =>
  `SELECT sum(tx_bytes) AS tx, sum(rx_bytes) AS rx FROM (${['minute', 'hour', 'day']
    .map((level) => `SELECT tx_bytes, rx_bytes FROM ${family}_${level}`)
    .join(' UNION ALL ')})`

test('a database that the version before sites filled keeps every row, name and address', async () => {
  await using migrated = await openFixture()
  const { store, old } = migrated
  const { read } = store.database
  expect(await read.query(BYTES_OF('traffic'))).toEqual(old.traffic)
  expect(
    await read.query(`SELECT m.mac, da.ip AS own, a.ip AS remote, f.tx_bytes, f.rx_bytes
      FROM flow f LEFT JOIN device_mac m ON m.device_id = f.device_id JOIN address da ON da.id = f.device_address_id
      JOIN address a ON a.id = f.remote_id ORDER BY f.id`),
  ).toEqual(old.flows)
  expect(
    await read.query(`SELECT m.mac, a.ip, first_seen_ms, last_seen_ms FROM device_address da
      JOIN device_mac m USING (device_id) JOIN address a ON a.id = da.address_id ORDER BY 1, 2`),
  ).toEqual(old.addresses)
  expect(await store.devices.get('aa:bb:cc:00:00:0b')).toMatchObject({
    ...{ name: 'Laptop', notes: 'of Ann', trust: 'known', activeAlerts: 1, missedScans: 1 },
    ...{ names: { dhcp: 'laptop-10' } },
  })
  expect(await store.devices.count()).toBe(9)
  expect(await store.retention.believedMs()).toBe(WRITTEN_MS)
})

test('after the migration devices are in their networks and destinations in the site', async () => {
  await using migrated = await openFixture()
  const { store } = migrated
  const { read } = store.database
  const networksOf = async (sql: string) =>
    (await read.query(`SELECT DISTINCT network_id AS id FROM address WHERE id IN (${sql}) ORDER BY 1`)).map(
      ({ id }: { id: number }) => id,
    )
  expect(await networksOf('SELECT remote_id FROM flow UNION SELECT address_id FROM destination')).toEqual([1])
  expect(await networksOf('SELECT address_id FROM device_address')).toEqual([2, 3, 4])
  const stray = await read.query(`SELECT f.id FROM flow f JOIN address a ON a.id = f.device_address_id
    WHERE f.sensor_id > 0 AND a.network_id <> (SELECT network_id FROM sensor_network n WHERE n.sensor_id = f.sensor_id)`)
  expect(stray).toEqual([])
})

test('what arrives after the migration adds to the rows from before', async () => {
  await using migrated = await openFixture()
  const { store } = migrated
  const daemonId = '1'.repeat(32)
  const flows = () => store.traffic.countRecords()
  await store.traffic.fold()
  const before = await flows()
  const row = { deviceMac: 'aa:bb:cc:00:00:0a', deviceIp: '192.168.1.10', remoteIp: '8.8.8.8', protocol: 6 }
  const bucket = trafficOf([{ ...row, servicePort: 53 }], WRITTEN_MS)
  if (bucket.kind !== 'traffic') throw new TypeError('not traffic')
  bucket.bucket.sensor = { daemonId, interface: 'eth0' }
  await applyEvents(
    store,
    { siteId: 1, daemonId, name: 'default' },
    [event(1, bucket, 'c'.repeat(32))],
    WRITTEN_MS,
  )
  await store.traffic.post('9.9.9.9', 3, WRITTEN_MS)
  await store.traffic.fold()
  expect(await flows()).toBe(before)
  const query = { page: 1, pageSize: 10, order: { key: 'bytes', isDescending: true } }
  expect((await store.traffic.destinations({ ...query, dst: '9.9.9.9' })).totals).toMatchObject([
    { txBytes: 80 },
  ])
})

test('sentences of stored gaps become rules, and what is not known stays as it was told', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const before = new DataSource({ ...dataSourceOptions(path), migrations: MIGRATIONS.slice(0, 5) })
  await before.initialize()
  await before.runMigrations()
  for (const reason of ['The daemon was started again.', 'Something else.', '']) {
    await before.query(
      `INSERT INTO gap (daemon_id, boot_id, first_sequence, last_sequence, traffic_bytes, reason, at_ms)
       VALUES ('d', 'b', 0, 0, 0, ?, 1)`,
      [reason],
    )
  }
  await before.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  try {
    const { gaps } = await store.positions.listGaps({ page: 1, pageSize: 5 })
    expect(gaps.map(({ cause }) => cause)).toEqual([
      NO_TEXT,
      worded('Something else.'),
      text('gap_restarted'),
    ])
  } finally {
    await store.close()
  }
})

test('each alert from before is an incident, read if the alert was', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name.startsWith('Incidents')),
  )
  const dataSource = new DataSource({ ...dataSourceOptions(path), migrations: before })
  await dataSource.initialize()
  await dataSource.runMigrations()
  await dataSource.query("INSERT INTO sensor (id, site_id, daemon_id, interface) VALUES (1, 1, 'd', 'eth0')")
  for (const [id, state, read] of [
    ['a', 'active', null],
    ['b', 'ended', 5],
  ]) {
    await dataSource.query(
      `INSERT INTO alert (id, sensor_id, kind, severity, state, ip, body, first_seen_ms, last_seen_ms, count, acknowledged_ms)
       VALUES (?, 1, 'arp_spoof', 1, ?, '10.0.0.1', '{"parties":[]}', 1, 2, 1, ?)`,
      [id, state, read],
    )
    await dataSource.query('INSERT INTO alert_mac (site_id, mac, alert_id) VALUES (1, ?, ?)', [MAC, id])
  }
  await dataSource.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  try {
    expect(await store.incidents.get('a')).toMatchObject({ active: 1, acknowledgedMs: null, site: 'default' })
    expect(await store.incidents.get('b')).toMatchObject({
      active: 0,
      acknowledgedMs: 5,
      addresses: ['10.0.0.1'],
    })
    expect((await store.incidents.ofAlerts(['a', 'b'])).length).toBe(2)
  } finally {
    await store.close()
  }
})

test('a channel that told of notes goes on telling of open ports and quotas, and no other begins to', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name.startsWith('NoteRules')),
  )
  const dataSource = new DataSource({ ...dataSourceOptions(path), migrations: before })
  await dataSource.initialize()
  await dataSource.runMigrations()
  for (const events of [['incident', 'note'], ['sensor'], []]) {
    await dataSource.query(
      `INSERT INTO channel (name, settings, rules, is_enabled, created_ms) VALUES (?, '{"type":"journal"}', ?, 1, 0)`,
      [events.join(), JSON.stringify({ events })],
    )
  }
  await dataSource.destroy()
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  try {
    expect((await store.channels.list()).map(({ rules }) => rules.events)).toEqual([
      ['incident', 'note', 'port_opened', 'quota'],
      ['sensor', 'internet'],
      [],
    ])
  } finally {
    await store.close()
  }
})

test('a disk that is full at any page of a migration leaves what was there, and the next start goes on', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  await writeFirstVersion(path)
  const failures: string[] = []
  for (let more = 0; ; more += 3) {
    const dataSource = new DataSource({ ...dataSourceOptions(path), migrations: MIGRATIONS })
    await dataSource.initialize()
    const [{ page_count: pages }]: [{ page_count: number }] = await dataSource.query('PRAGMA page_count')
    await dataSource.query(`PRAGMA max_page_count = ${pages + more}`)
    const outcome = await dataSource.runMigrations().then(() => '', String)
    await dataSource.destroy()
    if (outcome === '') break
    failures.push(outcome)
  }
  expect(failures.length).toBeGreaterThan(5)
  expect(failures.filter((why) => !why.includes('SQLITE_FULL'))).toEqual([])
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  await store.traffic.fold()
  const { totals } = await store.traffic.devices({
    page: 1,
    pageSize: 10,
    order: { key: 'txBytes', isDescending: true },
  })
  expect(totals).toMatchObject([{ device: MAC, txBytes: 50, rxBytes: 500 }])
  await store.close()
})
