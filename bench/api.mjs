/**
 * `npm run bench -- api`: how long each list of the HTTP API takes with 10 000
 * devices and 5 million traffic rows (one day of 200 000 conversations) in the
 * database, asked over HTTP one after the other. Needs a build, no root.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_PRESSURE, planRetention } from '../packages/web/dist/ingest/retention-plan.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { formatTable, Load, macOf, percentile, remoteIp, trafficRow } from './support/load.mjs'
import { startWebApp } from './support/web-app.mjs'

const DEVICES = 10_000
const REMOTES_PER_DEVICE = 20
const REMOTES = 50_000
const HOURS = 24
/** Traffic older than that is kept by the hour. */
const HOURS_BY_MINUTE = 7
const ROWS_PER_MINUTE = 5_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** For one request, all rounds together. */
const MOST_MS = 15_000

const APPEND = `INSERT INTO traffic_recent (start_ms, until_ms, flow_id, tx_bytes, rx_bytes, tx_packets, rx_packets)
  SELECT ?1, ?1 + ${MINUTE_MS}, id, 100 + id % 1000, 1000 + id % 10000, 2, 3 FROM flow`

/**
 * Every conversation comes in once through the ingest; SQL appends what they
 * count over the day: minute by minute 5 000 of them in turn, in the hours that
 * are rolled up anyway all but every tenth, once. All is folded and rolled up
 * by the web part itself.
 */
export async function fill(stateDir, nowMs, log) {
  const store = await openStore({ stateDir, nowMs: () => nowMs })
  const load = new Load(store)
  await load.devices(DEVICES, nowMs)
  await load.alerts(5_000, nowMs)
  const startMs = nowMs - (nowMs % MINUTE_MS) - HOURS * HOUR_MS
  const flows = DEVICES * REMOTES_PER_DEVICE
  for (let first = 0; first < flows; first += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const device = (first + i) % DEVICES
      const remote = (device * 31 + Math.floor((first + i) / DEVICES) * 2657) % REMOTES
      return trafficRow(device, remote, 100 + (((first + i) * 104_729) % 100_000))
    })
    await load.traffic(startMs, rows, MINUTE_MS)
  }
  log(`${flows} conversations`)
  const append = async (rest, parameters) => {
    await store.database.writes.run((manager) => manager.query(`${APPEND} ${rest}`, parameters))
    await store.traffic.fold()
  }
  for (let hour = 0; hour < HOURS - HOURS_BY_MINUTE; hour++) {
    await append('WHERE (id + ?2) % 10 > 0', [startMs + hour * HOUR_MS, hour])
  }
  log('hours')
  for (let minute = (HOURS - HOURS_BY_MINUTE) * 60; minute < HOURS * 60; minute++) {
    const first = 1 + ((minute * 7919) % (flows - ROWS_PER_MINUTE))
    await append('WHERE id >= ?2 ORDER BY id LIMIT ?3', [
      startMs + minute * MINUTE_MS,
      first,
      ROWS_PER_MINUTE,
    ])
  }
  log('minutes')
  await store.retention.apply(
    planRetention(Date.now(), { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE),
  )
  await store.windows.advance(Date.now())
  const levels = ['minute', 'hour', 'day'].map((level) => `(SELECT count(*) FROM traffic_${level})`)
  const [{ rows }] = await store.database.read.query(`SELECT ${levels.join(' + ')} AS rows`)
  log(`${rows} traffic rows, ${Math.round((await store.retention.usedBytes()) / 2 ** 20)} MiB`)
  await store.close()
  return rows
}

/** As many devices as a page of the list has. */
const SHOWN = Array.from({ length: 50 }, (_, device) => macOf(device)).join(',')

/** `from=-1h` stands for what a page asks for: since the minute one hour ago. */
function requests() {
  const mac = macOf(1234)
  return [
    'devices',
    'devices?sort=-bytes&pageSize=500',
    'devices?sort=mac&page=100&pageSize=100',
    'devices?q=host-99',
    'devices?presence=online',
    `devices/${mac}`,
    'traffic',
    'traffic?sort=-lastSeen&pageSize=500',
    'traffic?page=100&pageSize=100',
    `traffic?device=${mac}`,
    `traffic?dst=${remoteIp(1234)}`,
    'traffic/destinations',
    'traffic/destinations?sort=-lastSeen&pageSize=500',
    `traffic/destinations?device=${mac}`,
    'traffic/devices',
    `traffic/devices?dst=${remoteIp(1234)}`,
    ...['1h', '24h', '168h'].flatMap((span) => [
      `traffic?from=-${span}`,
      `traffic?from=-${span}&sort=-lastSeen&pageSize=500`,
      `traffic?from=-${span}&sort=-rxBytes`,
      `traffic/destinations?from=-${span}`,
      `traffic/destinations?from=-${span}&device=${mac}`,
      `traffic/devices?from=-${span}`,
      `traffic/devices?from=-${span}&dst=${remoteIp(1234)}`,
      `traffic/series?from=-${span}`,
      `traffic/series?from=-${span}&device=${mac}`,
      `traffic/series/devices?from=-${span}&devices=${SHOWN}`,
      `traffic/series?from=-${span}&dst=${remoteIp(1234)}`,
    ]),
    'alerts',
    'alerts?severity=critical&pageSize=500',
    `alerts?mac=${mac}`,
    'clients/history',
    'status',
  ]
}

export async function run({ rounds = 100, log = (_text) => {} } = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const nowMs = Date.now()
  try {
    const trafficRows = await fill(stateDir, nowMs, log)
    const { app, token } = await startWebApp(stateDir)
    const headers = { authorization: `Bearer ${token}` }
    const rows = []
    for (const request of requests()) {
      const times = []
      const endMs = performance.now() + MOST_MS
      for (let round = 0; round < rounds && performance.now() < endMs; round++) {
        const startedMs = performance.now()
        const asked = request.replace(/from=-(\d+)h/, (_all, hours) => {
          const minuteMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
          // Another millisecond is another question: answers that are kept for a while must not flatter.
          return `from=${minuteMs - hours * HOUR_MS - round}`
        })
        const response = await fetch(`${app.url}/api/${asked}`, { headers })
        await response.arrayBuffer()
        times.push(performance.now() - startedMs)
        if (!response.ok) throw new Error(`${request}: ${response.status}`)
      }
      rows.push({ request, trafficRows, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) })
      log(
        `${rows.at(-1).request}: p50 ${rows.at(-1).p50Ms.toFixed(1)}, p99 ${rows.at(-1).p99Ms.toFixed(1)} ms`,
      )
    }
    await app.stop()
    return rows
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}

export function format(rows) {
  const table = rows.map(({ request, p50Ms, p99Ms }) => [
    `GET /api/${request}`,
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
  ])
  const title = `10 000 devices, ${rows[0].trafficRows} traffic rows`
  return `${title}\n${formatTable(['request', 'p50 ms', 'p99 ms'], table)}`
}
