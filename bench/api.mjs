/**
 * `npm run bench -- api`: how long each list of the HTTP API takes with 10 000
 * devices and 5 million traffic rows (one day of 200 000 conversations) in the
 * database, asked over HTTP one after the other. Needs a build, no root.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp } from '../packages/web/dist/app.js'
import { defaultConfig } from '../packages/web/dist/config.js'
import { DaemonClient } from '../packages/web/dist/daemon/client.js'
import { planRetention } from '../packages/web/dist/ingest/retention-plan.js'
import { silentLogger } from '../packages/web/dist/os/log.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { formatTable, Load, macOf, percentile, remoteIp, trafficRow } from './support/load.mjs'

const DEVICES = 10_000
const REMOTES_PER_DEVICE = 20
const REMOTES = 50_000
const MINUTES = 1440
const ROWS_PER_MINUTE = 3472
const MINUTE_MS = 60_000
/** For one request, all rounds together. */
const MOST_MS = 15_000

/** Every conversation comes in once through the ingest; SQL spreads the rest over the day. */
async function fill(stateDir, nowMs, log) {
  const store = await openStore({ stateDir, nowMs })
  const load = new Load(store)
  await load.devices(DEVICES, nowMs)
  await load.alerts(5_000, nowMs)
  const startMs = nowMs - (nowMs % MINUTE_MS) - MINUTES * MINUTE_MS
  const flows = DEVICES * REMOTES_PER_DEVICE
  for (let first = 0; first < flows; first += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const device = (first + i) % DEVICES
      const remote = (device * 31 + Math.floor((first + i) / DEVICES) * 2657) % REMOTES
      return trafficRow(device, remote, 100 + (((first + i) * 104_729) % 100_000))
    })
    await load.traffic(startMs + (first % MINUTES) * MINUTE_MS, rows, MINUTE_MS)
  }
  await store.traffic.fold()
  log(`${flows} conversations`)
  const counters = 'tx_bytes, rx_bytes, tx_packets, rx_packets'
  for (let minute = 0; minute < MINUTES; minute++) {
    const first = 1 + ((minute * 7919) % (flows - ROWS_PER_MINUTE))
    await store.database.writes.run((manager) =>
      manager.query(
        `INSERT OR IGNORE INTO traffic_minute (start_ms, flow_id, ${counters})
         SELECT ?, id, 100 + id % 1000, 1000 + id % 10000, 2, 3 FROM flow WHERE id >= ? ORDER BY id LIMIT ?`,
        [startMs + minute * MINUTE_MS, first, ROWS_PER_MINUTE],
      ),
    )
  }
  log('one day of minutes')
  const sums = 'sum(t.tx_bytes), sum(t.rx_bytes), sum(t.tx_packets), sum(t.rx_packets)'
  for (const [scope, key] of ['sensor_id', 'device_id', 'remote_id'].entries()) {
    await store.database.writes.run((manager) =>
      manager.query(
        `INSERT OR REPLACE INTO usage_minute (scope, start_ms, key, ${counters})
         SELECT ${scope}, t.start_ms, f.${key}, ${sums}
         FROM traffic_minute t JOIN flow f ON f.id = t.flow_id GROUP BY t.start_ms, f.${key}`,
      ),
    )
  }
  await store.retention.apply(planRetention(nowMs, { retentionDays: 365, budgetBytes: 2 ** 40 }, 0))
  log('totals rolled up')
  const rows = await store.traffic.countRows()
  await store.close()
  return rows
}

function requests(nowMs) {
  const hour = `from=${nowMs - 60 * MINUTE_MS}`
  const day = `from=${nowMs - MINUTES * MINUTE_MS}`
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
    `traffic?${hour}`,
    'traffic/destinations',
    'traffic/destinations?sort=-lastSeen&pageSize=500',
    `traffic/destinations?device=${mac}`,
    `traffic/destinations?${hour}`,
    'traffic/devices',
    `traffic/devices?dst=${remoteIp(1234)}`,
    `traffic/devices?${hour}`,
    `traffic/series?${day}`,
    `traffic/series?${day}&device=${mac}`,
    `traffic/series?${day}&dst=${remoteIp(1234)}`,
    `traffic/devices?${day}`,
    `traffic/destinations?${day}`,
    `traffic?${day}`,
    'alerts',
    'alerts?severity=critical&pageSize=500',
    `alerts?mac=${mac}`,
    'clients/history',
    'status',
  ]
}

export async function run({ rounds = 100, log = () => {} } = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const nowMs = Date.now()
  try {
    const trafficRows = await fill(stateDir, nowMs, log)
    const config = defaultConfig()
    config.http.port = 0
    config.state.directory = stateDir
    const app = await startApp({
      version: 'bench',
      config,
      daemon: new DaemonClient(join(stateDir, 'none'), process.getuid()),
      log: silentLogger,
      ui: new Map(),
      loadVendors: () => ({}),
      reverse: async () => [],
      nowMs: Date.now,
      monotonicMs: () => performance.now(),
    })
    const headers = { authorization: `Bearer ${readFileSync(join(stateDir, 'token'), 'utf8').trim()}` }
    const rows = []
    for (const request of requests(nowMs)) {
      const times = []
      const endMs = performance.now() + MOST_MS
      for (let round = 0; round < rounds && performance.now() < endMs; round++) {
        const startedMs = performance.now()
        // Another millisecond is another question: answers that are kept for a while must not flatter.
        const asked = request.replace(/from=(\d+)/, (_all, from) => `from=${from - round}`)
        const response = await fetch(`${app.url}/api/${asked}`, { headers })
        await response.arrayBuffer()
        times.push(performance.now() - startedMs)
        if (!response.ok) throw new Error(`${request}: ${response.status}`)
      }
      rows.push({
        request: request.replace(
          /from=(\d+)/,
          (_all, from) => `from=-${Math.round((nowMs - from) / 3_600_000)}h`,
        ),
        trafficRows,
        p50Ms: percentile(times, 0.5),
        p99Ms: percentile(times, 0.99),
      })
      log(`${rows.at(-1).request}: p50 ${rows.at(-1).p50Ms.toFixed(1)} ms`)
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
