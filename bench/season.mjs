/**
 * `npm run bench -- season`: ninety simulated days of a home with 50 devices, and of
 * a school with 400 tablets that have another private MAC each day, half of them
 * with a name of their own. Every hour hosts and traffic come in as the daemon
 * tells them; presence, roll-up, retention and suggestions run as in the web part, and
 * each evening somebody accepts what is suggested. Needs a build, no root.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Twins } from '../packages/web/dist/identity/twins.js'
import { applyEvents } from '../packages/web/dist/ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../packages/web/dist/ingest/retention-plan.js'
import { PresenceTracker } from '../packages/web/dist/presence/tracker.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { scanSummary } from './support/load.mjs'
import { formatTable } from './support/processes.mjs'

/** @import { Clue, EventPayload, Host, NameSighting } from '../packages/web/dist/daemon/types.js' */
/** @import { Store } from '../packages/web/dist/storage/store.js' */

const DAYS = 90
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const STEP_MS = HOUR_MS
const START_MS = Date.UTC(2026, 0, 5)
const MIB = 2 ** 20
const POLICY = { retentionDays: 365, budgetBytes: 2048 * MIB }
const SENSOR = { daemonId: 'd'.repeat(32), interface: 'eth0' }
const SOURCE = { siteId: 1, daemonId: SENSOR.daemonId, name: 'default' }
const REMOTES = 400
const CONVERSATIONS = 5

const hex = (n) => (n & 255).toString(16).padStart(2, '0')
const macOf = (first, n) => `${first}:00:${hex(n >> 24)}:${hex(n >> 16)}:${hex(n >> 8)}:${hex(n)}`

/** Ten that never sleep, forty of people who are out from eight to five. */
const HOME = {
  name: 'home, 50 devices',
  present: (_day, hour) =>
    Array.from({ length: 50 }, (_, n) => n)
      .filter((n) => n < 10 || hour < 8 + (n % 3) || hour >= 17 - (n % 4))
      .map((n) => ({ mac: macOf('00', n + 1), ip: `192.168.1.${n + 2}`, name: `host-of-${n}` })),
}
/** There from seven to one. */
const SCHOOL = {
  name: 'school, 400 private MACs a day',
  present: (day, hour) =>
    hour < 7 || hour >= 13
      ? []
      : Array.from({ length: 400 }, (_, n) => ({
          mac: macOf('02', day * 400 + n + 1),
          ip: `10.0.${n >> 8}.${(n & 255) + 1}`,
          name: n % 2 === 0 ? `kelas-${n >> 5}-murid-${n}` : 'iPad',
        })),
}

class Season {
  nowMs = START_MS
  sequence = 0
  suggested = 0
  worstStepMs = 0

  /**
   * @param {Store} store
   * @param {typeof HOME} place
   */
  constructor(store, place) {
    this.store = store
    this.place = place
    this.twins = new Twins(store.sameDevices, () => this.nowMs)
    this.presence = new PresenceTracker({
      store,
      daemons: { watchingSinceMs: () => START_MS },
      ask: async () => true,
      nowMs: () => this.nowMs,
      onChanged: () => {},
    })
  }

  async run(days, log) {
    for (let day = 0; day < days; day++) {
      for (let hour = 0; hour < 24; hour += STEP_MS / HOUR_MS) await this.step(day, hour)
      await this.evening()
      if (day % 10 === 9) log(`season: ${this.place.name}, day ${day + 1}`)
    }
  }

  async step(day, hour) {
    this.nowMs = START_MS + day * DAY_MS + hour * HOUR_MS + STEP_MS
    const began = performance.now()
    const present = this.place.present(day, hour)
    const hosts = present.map(({ mac, ip }) => hostOf(ip, mac, this.nowMs - 1000))
    await this.apply({ kind: 'scan', sensor: SENSOR, summary: scanSummary(hosts.length), hosts })
    /** @type {Clue[]} */
    const clues = present.map(({ mac, name }) => ({ mac, source: 'dhcp_12', value: name }))
    /** @type {NameSighting[]} */
    const names = present.map(({ mac, ip, name }) => ({ mac, ip, name, source: 'dhcp' }))
    await this.apply({ kind: 'observation', hosts: [], names, clues })
    await this.apply({ kind: 'traffic', bucket: this.bucket(present) })
    await this.store.traffic.fold()
    await this.presence.update()
    await this.store.windows.advance(this.nowMs)
    await this.store.retention.apply(planRetention(this.nowMs, POLICY, NO_PRESSURE))
    this.worstStepMs = Math.max(this.worstStepMs, performance.now() - began)
  }

  bucket(present) {
    const rows = present.flatMap(({ mac, ip }, n) =>
      Array.from({ length: CONVERSATIONS }, (_, i) => ({
        ...{
          deviceMac: mac,
          deviceIp: ip,
          remoteIp: `203.0.${((n * 7 + i) % REMOTES) >> 8}.${(n * 7 + i) % 256}`,
        },
        ...{ protocol: 6, servicePort: 443, vlan: 0, isSecondView: false },
        ...{ txBytes: 10_000 + n, rxBytes: 100_000 + i, txPackets: 50, rxPackets: 100 },
      })),
    )
    const lost = { otherBytes: 0, otherPackets: 0, dropped: 0 }
    return { sensor: SENSOR, startMs: this.nowMs - STEP_MS, durationMs: 5000, rows, ...lost }
  }

  /** @param {EventPayload} payload */
  async apply(payload) {
    const position = { bootId: 'b'.repeat(32), sequence: ++this.sequence }
    await applyEvents(this.store, SOURCE, [{ position, atMs: this.nowMs, payload }], this.nowMs)
  }

  /** Earlier ones first, so that a chain of MACs becomes one device. */
  async evening() {
    await this.twins.refresh()
    const act = { atMs: this.nowMs, source: /** @type {const} */ ('person') }
    for (const { id, earlierId } of this.twins.all()) {
      this.suggested++
      await this.store.inventory.merge(earlierId, [id], act).catch(() => {})
    }
  }
}

/** @returns {Host} */
function hostOf(ip, mac, seenMs) {
  const flags = { isSelf: false, isGateway: false, isDisputed: false }
  return { sensor: SENSOR, ip, mac, evidence: 'arp_solicited', seenMs, vlan: 0, ...flags }
}

/**
 * @param {Store} store
 * @param {Season} season
 */
async function measure(store, season, rounds) {
  const count = async (sql) => (await store.database.read.query(sql))[0].n
  const since = season.nowMs - rounds * DAY_MS
  const page = { page: 1, pageSize: 50 }
  const byLast = { key: 'lastSeen', isDescending: true }
  const byName = { key: 'name', isDescending: false }
  const byBytes = { key: 'bytes', isDescending: true }
  const lists = {
    'devices by last seen': () => store.devices.list({ ...page, shown: 'current', order: byLast }),
    'devices by name': () => store.devices.list({ ...page, shown: 'current', order: byName }),
    'devices by bytes': () => store.devices.list({ ...page, shown: 'current', order: byBytes }),
    'devices, a search': () =>
      store.devices.list({
        ...page,
        shown: 'current',
        order: byLast,
        words: [{ word: 'murid-7', vendorPrefixes: [] }],
      }),
    conversations: () => store.traffic.list({ ...page, order: byBytes }),
    destinations: () => store.traffic.destinations({ ...page, order: byBytes }),
    'traffic of devices': () => store.traffic.devices({ ...page, order: byBytes }),
    'ninety days by the day': () => store.traffic.series({ fromMs: since }, DAY_MS),
    suggestions: () => season.twins.refresh(),
  }
  const times = {}
  for (const [name, ask] of Object.entries(lists)) {
    const took = []
    for (let i = 0; i < 10; i++) {
      const began = performance.now()
      await ask()
      took.push(performance.now() - began)
    }
    times[name] = took.sort((a, b) => a - b)
  }
  const days = await store.traffic.series({ fromMs: since }, DAY_MS)
  return {
    place: season.place.name,
    bytes: await store.retention.usedBytes(),
    missingDays:
      rounds -
      new Set(days.filter(({ txBytes }) => txBytes > 0).map(({ atMs }) => Math.floor(atMs / DAY_MS))).size,
    macs: await count('SELECT count(*) AS n FROM device_mac'),
    rows: (await store.devices.list({ ...page, shown: 'current', order: byLast })).total,
    merged: await count('SELECT count(*) AS n FROM device WHERE merged_into IS NOT NULL'),
    suggested: season.suggested,
    worstStepMs: season.worstStepMs,
    times,
  }
}

/** `rounds`: days. */
export async function run({ rounds = DAYS, log = (_text) => {} } = {}) {
  const rows = []
  for (const place of [HOME, SCHOOL]) {
    const stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-season-'))
    let nowMs = () => START_MS
    const store = await openStore({ stateDir, nowMs: () => nowMs() })
    try {
      const season = new Season(store, place)
      nowMs = () => season.nowMs
      await store.inventoryChoices.set('on')
      await season.run(rounds, log)
      rows.push(await measure(store, season, rounds))
    } finally {
      await store.close()
      rmSync(stateDir, { recursive: true, force: true })
    }
  }
  return rows
}

export function format(rows) {
  const header = [
    'place',
    'database MiB',
    'missing days',
    'MACs',
    'in the list',
    'merged',
    'suggested',
    'worst hour ms',
  ]
  const table = rows.map((row) => [
    row.place,
    (row.bytes / MIB).toFixed(1),
    row.missingDays,
    row.macs,
    row.rows,
    row.merged,
    row.suggested,
    row.worstStepMs.toFixed(0),
  ])
  const lists = Object.keys(rows[0].times).map((name) => [
    name,
    ...rows.flatMap(({ times }) => [times[name][5].toFixed(1), times[name][9].toFixed(1)]),
  ])
  const listHeader = ['list', ...rows.flatMap(({ place }) => [`${place.split(',')[0]} median ms`, 'slowest'])]
  return `${formatTable(header, table)}\n\n${formatTable(listHeader, lists)}`
}
