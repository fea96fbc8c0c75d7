/**
 * `npm run bench -- hours`: what sensor, daemon and web part hold hour after
 * hour, eight hours of a home network under attack in simulated time. Each part
 * is a process of its own with the product's code in it; frames, reports and
 * events go from one to the next as bytes. No root, no network.
 */

import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPart } from './support/part.mjs'
import { formatTable } from './support/processes.mjs'

const HOURS = 8
const STEP_S = 30
const SAMPLE_S = 1800
const PAGE_S = 120
const START_MS = Date.UTC(2026, 0, 5)
const MIB = 2 ** 20
/** From the first hour to the last. */
const MOST_GROWTH = 0.05
const MOST_GROWTH_BYTES = 2 * MIB
const PARTS = ['sensor', 'daemon', 'web']
const PAGES = [
  '/api/status',
  '/api/devices',
  '/api/alerts',
  '/api/traffic/destinations',
  '/api/traffic/devices',
]

class Simulation {
  sensor = startPart('hours-sensor')
  daemon = startPart('hours-daemon')
  web = startPart('hours-web')
  folder = mkdtempSync(join(tmpdir(), 'netwatcher-hours-'))
  webFolder = join(this.folder, 'web')
  events = 0
  /** Of the web part, once it has started. */
  url = ''
  token = ''

  constructor() {
    // Whatever ends this process.
    process.once('exit', () => this.end())
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  }

  async start() {
    mkdirSync(this.webFolder)
    await this.sensor.ask('start', { atMs: START_MS })
    await this.daemon.ask('start', { atMs: START_MS, folder: join(this.folder, 'daemon') })
    Object.assign(this, await this.web.ask('start', { atMs: START_MS, folder: this.webFolder }))
  }

  /** While the later parts take in a step, the sensor makes the next one. */
  async run(onSample) {
    let reports = await this.sensor.ask('advance', { seconds: STEP_S })
    for (let second = STEP_S; second <= HOURS * 3600; second += STEP_S) {
      const [next] = await Promise.all([this.sensor.ask('advance', { seconds: STEP_S }), this.pass(reports)])
      reports = next
      if (second % PAGE_S === 0) await this.look()
      if (second % SAMPLE_S === 0) onSample(await this.sample(second / 3600))
    }
  }

  async pass(reports) {
    const events = await this.daemon.ask('take', { reports })
    this.events += events.length
    await this.web.ask('take', { events, seconds: STEP_S })
  }

  /** As a page that is open does. */
  async look() {
    for (const page of PAGES) {
      const response = await fetch(this.url + page, { headers: { authorization: `Bearer ${this.token}` } })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`${page}: ${response.status}`)
    }
  }

  async sample(hour) {
    const parts = {}
    for (const name of PARTS) parts[name] = await this[name].ask('measure')
    const size = (name) => statSync(join(this.webFolder, name), { throwIfNoEntry: false })?.size ?? 0
    return {
      hour,
      events: this.events,
      ...parts,
      database: size('netwatcher.db'),
      wal: size('netwatcher.db-wal'),
    }
  }

  end() {
    for (const name of PARTS) this[name].end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function run({ log = (_text) => {} } = {}) {
  const simulation = new Simulation()
  const rows = []
  try {
    await simulation.start()
    await simulation.run((row) => {
      rows.push(row)
      log(`hours: ${JSON.stringify(row)}`)
    })
  } finally {
    simulation.end()
  }
  for (const problem of growth(rows)) {
    log(`hours: ${problem}`)
    process.exitCode = 1
  }
  return rows
}

/** What is not flat, in words. */
function growth(rows) {
  const first = rows.find(({ hour }) => hour === 1)
  const last = rows.at(-1)
  return PARTS.flatMap((name) => {
    const grownBytes = last[name].live - first[name].live
    const mostBytes = Math.max(MOST_GROWTH * first[name].live, MOST_GROWTH_BYTES)
    return grownBytes <= mostBytes ? [] : [`${name} has grown by ${(grownBytes / MIB).toFixed(1)} MiB`]
  })
}

export function format(rows) {
  const mib = (bytes) => (bytes / MIB).toFixed(1)
  const header = [
    'hour',
    'events',
    ...PARTS.flatMap((name) => [`${name} MiB`, 'resident']),
    'database',
    'its log',
  ]
  const table = rows.map(({ hour, events, database, wal, ...parts }) => [
    hour,
    events,
    ...PARTS.flatMap((name) => [mib(parts[name].live), mib(parts[name].rss)]),
    mib(database),
    mib(wal),
  ])
  return formatTable(header, table)
}
