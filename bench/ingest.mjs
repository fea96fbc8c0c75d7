/**
 * `npm run bench -- ingest`: bucket rows per second that the web part stores,
 * each with its position in the same transaction, and with all lists and totals
 * brought up to date; and bytes of disk per device and day. No root needed.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_PRESSURE, planRetention } from '../packages/web/dist/ingest/retention-plan.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { formatTable, Load, percentile, trafficRow } from './support/load.mjs'

/** @import { Store } from '../packages/web/dist/storage/store.js' */

const BUCKET_MS = 10_000
const DAY_MS = 86_400_000

/** Conversations of one bucket: devices × remotes each, the same in every bucket unless `isFlood`. */
const SHAPES = [
  { name: '50 devices, 40 conversations each', devices: 50, remotes: 40, buckets: 150, isFlood: false },
  { name: '10 000 devices, 1 conversation each', devices: 10_000, remotes: 1, buckets: 30, isFlood: false },
  { name: 'flood, every conversation new', devices: 50, remotes: 200, buckets: 10, isFlood: true },
]

/**
 * @template T
 * @param {(store: Store) => Promise<T>} work
 */
async function withStore(work) {
  const stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const store = await openStore({ stateDir, nowMs: Date.now })
  try {
    return await work(store)
  } finally {
    await store.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

function bucketRows(shape, bucket) {
  const rows = []
  for (let device = 0; device < shape.devices; device++) {
    for (let i = 0; i < shape.remotes; i++) {
      const base = shape.isFlood ? bucket * shape.devices * shape.remotes : 0
      const remote = base + ((device * 7 + i) % (shape.isFlood ? shape.devices * shape.remotes : 2_000))
      rows.push(trafficRow(device, shape.isFlood ? base + device * shape.remotes + i : remote, 1000))
    }
  }
  return rows
}

function rate(shape) {
  return withStore(async (store) => {
    const load = new Load(store)
    const startMs = Date.now() - DAY_MS
    const buckets = Array.from({ length: shape.buckets }, (_, i) => bucketRows(shape, i))
    let longestMs = 0
    const startedMs = performance.now()
    for (const [i, rows] of buckets.entries()) {
      const beforeMs = performance.now()
      await load.traffic(startMs + i * BUCKET_MS, rows, BUCKET_MS)
      longestMs = Math.max(longestMs, performance.now() - beforeMs)
    }
    const storedMs = performance.now() - startedMs
    await store.traffic.fold()
    const foldedMs = performance.now() - startedMs
    const rows = buckets.reduce((sum, bucket) => sum + bucket.length, 0)
    return { stored: rows / (storedMs / 1000), folded: rows / (foldedMs / 1000), longestMs }
  })
}

/** One day of 50 devices that each talk to 10 of 40 destinations in any minute. */
function diskOfADay(log) {
  return withStore(async (store) => {
    const load = new Load(store)
    const devices = 50
    const endMs = Date.now()
    await load.devices(devices, endMs)
    for (let minute = 0; minute < 1440; minute++) {
      const rows = []
      for (let device = 0; device < devices; device++) {
        for (let i = 0; i < 10; i++)
          rows.push(trafficRow(device, device * 20 + ((minute * 3 + i * 7) % 40), 5000 + i))
      }
      await load.traffic(endMs - DAY_MS + minute * 60_000, rows, 60_000)
      if (minute % 60 === 59) await store.traffic.fold()
    }
    log('a day of 50 devices is stored')
    const beforeBytes = await store.retention.usedBytes()
    await store.retention.apply(
      planRetention(endMs, { retentionDays: 365, budgetBytes: 2 ** 40 }, NO_PRESSURE),
    )
    const afterBytes = await store.retention.usedBytes()
    return { before: beforeBytes / devices, after: afterBytes / devices }
  })
}

export async function run({ rounds = 3, log = (_text) => {} } = {}) {
  const rows = []
  for (const shape of SHAPES) {
    const runs = []
    for (let round = 0; round < rounds; round++) runs.push(await rate(shape))
    const median = (pick) => percentile(runs.map(pick), 0.5)
    rows.push({
      what: shape.name,
      storedPerSecond: median(({ stored }) => stored),
      foldedPerSecond: median(({ folded }) => folded),
      longestTransactionMs: median(({ longestMs }) => longestMs),
    })
    log(`${shape.name}: ${Math.round(rows.at(-1).storedPerSecond)} rows/s`)
  }
  const disk = await diskOfADay(log)
  rows.push({ what: 'disk per device and day', bytesByTheMinute: disk.before, bytesRolledUp: disk.after })
  return rows
}

export function format(rows) {
  const rates = rows.filter((row) => row.storedPerSecond !== undefined)
  const disk = rows.find((row) => row.bytesRolledUp !== undefined)
  const whole = (number) => Math.round(number).toLocaleString('en').replaceAll(',', ' ')
  const table = formatTable(
    ['bucket rows', 'stored per s', 'and in all totals', 'longest transaction ms'],
    rates.map((row) => [
      row.what,
      whole(row.storedPerSecond),
      whole(row.foldedPerSecond),
      row.longestTransactionMs.toFixed(0),
    ]),
  )
  const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`
  return `${table}\n\ndisk per device and day: ${kib(disk.bytesByTheMinute)} by the minute, ${kib(disk.bytesRolledUp)} after roll-up`
}
