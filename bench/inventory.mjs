/**
 * What the inventory takes with 10 000 devices: lists in every order, a search, a
 * bulk change, the presence look and the suggestions; and a flood of as many
 * invented MACs. Gives milliseconds and the size of the database. No root needed.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Twins } from '../packages/web/dist/identity/twins.js'
import { applyEvents } from '../packages/web/dist/ingest/apply.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { formatTable, percentile, scanSummary } from './support/load.mjs'

/** @import { Clue, EventPayload, NameSighting } from '../packages/web/dist/daemon/types.js' */
/** @import { Store } from '../packages/web/dist/storage/store.js' */

const DEVICES = 10_000
const AT_ONCE = 500
const NOW = Date.now()
const SENSOR = { daemonId: 'd'.repeat(32), interface: 'eth0' }
const SOURCE = { siteId: 1, daemonId: SENSOR.daemonId, name: 'default' }
const ACT = { atMs: NOW, source: /** @type {const} */ ('person') }

const octets = (n) =>
  [n >> 16, (n >> 8) & 255, n & 255].map((one) => one.toString(16).padStart(2, '0')).join(':')
const macOf = (n) => `02:00:00:${octets(n)}`
const ipOf = (n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

let sequence = 0
/**
 * @param {Store} store
 * @param {EventPayload} payload
 */
async function apply(store, payload) {
  const position = { bootId: 'b'.repeat(32), sequence: ++sequence }
  await applyEvents(store, SOURCE, [{ position, atMs: NOW, payload }], NOW)
}

/**
 * As scans find them, so that nobody takes them for a flood.
 * @param {Store} store
 */
async function fill(store) {
  for (let from = 0; from < DEVICES; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, DEVICES - from) }, (_, i) => from + i)
    const seen = {
      evidence: /** @type {const} */ ('arp_solicited'),
      seenMs: NOW,
      isSelf: false,
      isGateway: false,
      isDisputed: false,
      vlan: 0,
    }
    const hosts = numbers.map((n) => ({ sensor: SENSOR, ip: ipOf(n), mac: macOf(n), ...seen }))
    await apply(store, { kind: 'scan', sensor: SENSOR, summary: scanSummary(hosts.length), hosts })
    /** @type {NameSighting[]} */
    const names = numbers.map((n) => ({ ip: ipOf(n), mac: macOf(n), name: `phone-of-${n}`, source: 'dhcp' }))
    /** @type {Clue[]} */
    const clues = numbers.map((n) => ({ mac: macOf(n), source: 'dhcp_12', value: `phone-of-${n}` }))
    await apply(store, { kind: 'observation', hosts: [], names, clues })
  }
}

async function time(what, rounds, work) {
  const took = []
  for (let i = 0; i < rounds; i++) {
    const startMs = performance.now()
    await work(i)
    took.push(performance.now() - startMs)
  }
  return { what, medianMs: percentile(took, 0.5), p99Ms: percentile(took, 0.99) }
}

/** @param {Store} store */
async function* timeLists(store, rounds) {
  const page = { page: 1, pageSize: 50, shown: /** @type {const} */ ('current') }
  for (const key of ['lastSeen', 'name', 'mac', 'bytes']) {
    const order = { key, isDescending: true }
    yield await time(`list by ${key}`, rounds, () => store.devices.list({ ...page, order }))
  }
  const order = { key: 'lastSeen', isDescending: true }
  yield await time('search', rounds, (i) =>
    store.devices.list({ ...page, order, words: [{ word: `of-${i}`, vendorPrefixes: [] }] }),
  )
}

/** @param {Store} store */
async function* timeChanges(store, rounds) {
  for (const count of [100, 1_000, 5_000]) {
    const ids = Array.from({ length: count }, (_, i) => i + 1)
    yield await time(`bulk change of ${count}`, rounds, (i) =>
      store.inventory.change(
        { ids },
        { patch: { owner: `Owner ${i}` }, addTags: [`tag ${i % 3}`], removeTags: [`tag ${(i + 1) % 3}`] },
        ACT,
      ),
    )
  }
}

/** @param {Store} store */
async function timeSuggestions(store) {
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const row = await time('suggestions', 5, () => new Twins(store.sameDevices, Date.now).refresh())
  held.disable()
  return { ...row, heldMs: held.max / 1e6 }
}

/**
 * Every frame from another MAC.
 * @param {Store} store
 */
async function flood(store) {
  const row = { deviceIp: '', remoteIp: '', protocol: 6, servicePort: 0, vlan: 0, isSecondView: false }
  const once = { txBytes: 60, rxBytes: 0, txPackets: 1, rxPackets: 0 }
  const rows = Array.from({ length: DEVICES }, (_, n) => ({
    ...row,
    ...once,
    deviceMac: macOf(0x800000 + n),
  }))
  const none = { otherBytes: 0, otherPackets: 0, dropped: 0 }
  const bucket = { sensor: SENSOR, startMs: NOW, durationMs: 1000, rows, ...none }
  await apply(store, { kind: 'traffic', bucket })
  await store.traffic.fold()
}

/** @param {Store} store */
async function* measure(store, rounds) {
  yield await time(`${DEVICES} devices taken in`, 1, () => fill(store))
  yield* timeLists(store, rounds)
  yield* timeChanges(store, rounds)
  yield await time('presence look', 10, () => store.presence.listUnsettled())
  yield await timeSuggestions(store)
  const before = await store.devices.count()
  yield await time('a flood of as many MACs', 1, () => flood(store))
  const after = await store.devices.count()
  yield { what: 'database', before, after, bytes: await store.retention.usedBytes() }
}

/** `rounds`: of each list and change. */
export async function run({ rounds = 50, log = (_text) => {} } = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const store = await openStore({ stateDir, nowMs: Date.now })
  const rows = []
  try {
    for await (const row of measure(store, rounds)) {
      rows.push(row)
      log(`inventory: ${row.what}`)
    }
    return rows
  } finally {
    await store.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

export function format(rows) {
  const timed = rows.filter(({ medianMs }) => medianMs !== undefined)
  const { heldMs } = rows.find((row) => row.heldMs !== undefined)
  const { before, after, bytes } = rows.at(-1)
  const table = formatTable(
    ['inventory', 'median ms', 'p99 ms'],
    timed.map(({ what, medianMs, p99Ms }) => [what, medianMs.toFixed(1), p99Ms.toFixed(1)]),
  )
  return `${table}

others waited for suggestions ${heldMs.toFixed(0)} ms at most
devices before and after the flood: ${before}, ${after}
database: ${(bytes / 2 ** 20).toFixed(1)} MiB`
}
