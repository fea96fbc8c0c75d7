/**
 * `npm run soak -- --minutes N [--seed S] [--faults N]`: netwatcherd, its sensor
 * and netwatcher-web under load in network namespaces of their own, and one fault
 * after the other in an order that the seed decides. Each second of frames has a
 * destination of its own, so that afterwards each can be found in the database,
 * or in a gap that the product told of, or nowhere. Exit code 1 when any frame
 * was lost without a word or counted twice.
 *
 * The clock is not stepped here: a time namespace (time_namespaces(7)) moves only
 * the monotonic clocks, and a switch for it has no place in the product. What a
 * step does is tested with the real sensor in `sensor/clock-step.long.test.ts`.
 */

import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { INTERFACE, openLink } from '../support/link.mjs'
import { residentMib } from '../support/processes.mjs'
import { FAULTS } from './faults.mjs'
import { Product } from './product.mjs'
import { randomFrom, tally } from './tally.mjs'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    faults: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
})
const [minutes, mostFaults, seed] = [values.minutes, values.faults, values.seed].map(Number)
if (!(minutes > 0 && mostFaults > 0 && seed >= 0)) {
  console.error('Usage: soak --minutes N [--faults N] [--seed S]')
  process.exit(2)
}

const FRAMES_PER_SLOT = 50
const FAULTS_PER_ROUND = 8
/** What is told of a second comes by then, on a machine that is not overloaded. */
const LATE_MS = 3000
const SETTLE_MS = 120_000
const CONFIG = `[capture]\ninterfaces = ["${INTERFACE}"]\nbucket_seconds = 1\n`
const sqlite3 = createRequire(new URL('../../packages/web/package.json', import.meta.url))('sqlite3')
const say = (text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

/** Gaps that the product has stored. */
function gapsOf(product) {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(join(product.webState, 'netwatcher.db'), sqlite3.OPEN_READONLY)
    database.all(
      `SELECT from_ms AS fromMs, to_ms AS toMs,
         iif(cause ->> '$.rule' = 'gap_frames_dropped', CAST(cause ->> '$.params.count' AS INTEGER), NULL) AS dropped
       FROM gap WHERE to_ms > 0`,
      (error, rows) => database.close(() => (error ? reject(error) : resolve(rows))),
    )
  })
}

async function storedBySlot(product) {
  const stored = new Map()
  for (let page = 1; ; page++) {
    const query = `/api/traffic/destinations?pageSize=500&page=${page}`
    const { destinations } = await product.get(query)
    for (const { dst, packets } of destinations) {
      const [first, a, b, c] = dst.split('.').map(Number)
      if (first === 20) stored.set((a << 16) | (b << 8) | c, packets)
    }
    if (destinations.length < 500) return stored
  }
}

class Soak {
  random = randomFrom(seed)
  totals = { sent: 0, stored: 0, told: 0, lost: 0, twice: 0 }
  done = new Map()
  faults = 0
  firstSlot = 1
  /** Spans in which the product was harmed: only there what it tells may excuse anything. */
  harms = []
  losses = 0

  constructor(link, product, sender) {
    this.link = link
    this.product = product
    this.sender = sender
  }

  async run() {
    const endMs = performance.now() + minutes * 60_000
    await this.product.untilReady()
    while (performance.now() < endMs && this.faults < mostFaults) {
      for (let i = 0; i < FAULTS_PER_ROUND && this.faults < mostFaults; i++) await this.harm()
      await this.settle()
    }
  }

  async harm() {
    const names = Object.keys(FAULTS)
    const name = names[Math.floor(this.random() * names.length)]
    const fault = FAULTS[name]
    if (fault.isLossy) await this.settle()
    await sleep(this.random() * 2000)
    const fromMs = Date.now()
    await fault.run(this.product, this.link)
    // What has just died is not missed at once.
    await sleep(500)
    const status = await this.product.untilReady()
    const [sensor] = status.daemon.sensors
    const isLossTold = status.storage.losses.length > this.losses
    this.losses = status.storage.losses.length
    if (fault.isLossy && !isLossTold) throw new Error(`${name} was not told`)
    this.harms.push({
      name,
      fromMs: fault.isLossy ? 0 : fromMs - LATE_MS,
      harmedMs: fromMs,
      toMs: Date.now(),
      startedMs: sensor.startedMs,
      isLossTold,
    })
    this.faults++
    this.done.set(name, (this.done.get(name) ?? 0) + 1)
    say(`${this.faults} ${name}: whole again after ${Date.now() - fromMs} ms`)
  }

  /** What the product has told, by its own times; until a sensor runs again its state tells the rest. */
  async told() {
    const all = await gapsOf(this.product)
    const gaps = all.filter(({ dropped }) => dropped === null)
    const drops = all.flatMap(({ dropped, ...span }) =>
      dropped === null ? [] : [{ ...span, frames: dropped }],
    )
    const excused = this.harms.flatMap((harm) => {
      const { fromMs, toMs } = harm
      if (harm.isLossTold || harm.name === 'interface down') return [{ fromMs, toMs }]
      // A sensor that went on has told all: nothing excuses what is missing of it.
      if (harm.startedMs < harm.harmedMs) return []
      return gaps
        .filter((gap) => gap.fromMs <= toMs && gap.toMs >= harm.harmedMs - LATE_MS)
        .map((gap) => ({ fromMs: gap.fromMs, toMs: Math.max(gap.toMs, harm.startedMs) }))
    })
    return [...excused, ...drops]
  }

  async settle() {
    const slots = this.sender
      .slots()
      .filter(({ slot, toMs }) => slot >= this.firstSlot && toMs < Date.now() - 1000)
    const endMs = performance.now() + SETTLE_MS
    let sum
    do {
      await sleep(1000)
      await this.product.untilReady()
      sum = tally(slots, await storedBySlot(this.product), await this.told())
    } while (sum.lost > 0 && performance.now() < endMs)
    for (const key of Object.keys(this.totals)) this.totals[key] += sum[key]
    for (const one of sum.unexplained)
      say(`NOT EXPLAINED ${JSON.stringify(one)} ${JSON.stringify(this.harms)}`)
    this.firstSlot = (slots.at(-1)?.slot ?? this.firstSlot - 1) + 1
    // What is under way still belongs to the last of them.
    this.harms = this.harms.slice(-1)
    const { daemon, web } = await this.product.untilReady()
    const memory = [daemon.sensors[0].pid, daemon.pid, web.pid].map((pid) => residentMib(pid).toFixed(0))
    say(`${JSON.stringify(this.totals)}; MiB of sensor, daemon, web: ${memory.join(' ')}`)
  }
}

function startSender(link) {
  const mac = link.run(['cat', `/sys/class/net/${INTERFACE}/address`]).trim()
  const script = new URL('send.py', import.meta.url).pathname
  const child = link.startAtSender(['python3', script, 'eth0', mac, String(FRAMES_PER_SLOT)])
  const slots = []
  const take = () => {
    for (const line of child.output.split('\n').slice(0, -1)) {
      const fields = line.split(' ').map(Number)
      // The oldest line that is kept may have lost its beginning.
      if (fields.length !== 4) continue
      const [slot, fromMs, toMs, sent] = fields
      if (slot > (slots.at(-1)?.slot ?? 0)) slots.push({ slot, fromMs, toMs, sent })
    }
    return slots
  }
  // The output that is kept is short: it is read more often than it is lost.
  const timer = setInterval(take, 10_000)
  return { slots: take, stop: () => clearInterval(timer) }
}

say(`seed ${seed}, ${minutes} minutes`)
const link = openLink()
const product = new Product(link.start, seed % 2 === 0, CONFIG)
let soak
try {
  await product.untilReady()
  const sender = startSender(link)
  soak = new Soak(link, product, sender)
  await soak.run()
  sender.stop()
} finally {
  await product.close()
  link.close()
}
const { totals, faults, done } = soak
say(`${faults} faults: ${[...done].map(([name, n]) => `${name} ${n}`).join(', ')}`)
say(
  `frames: sent ${totals.sent}, stored ${totals.stored}, told as missing ${totals.told}, lost ${totals.lost}, counted twice ${totals.twice}`,
)
process.exitCode = totals.lost + totals.twice === 0 ? 0 : 1
process.exit()
