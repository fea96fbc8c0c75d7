/**
 * `npm run bench -- attacks`: resident memory of netwatcherd, its sensor and
 * netwatcher-web while attacks on a home network are replayed to the sensor, one
 * after the other, and a page is open. Twenty-four minutes for each round, in
 * real time; `hours` is the same for a day's length, in simulated time.
 */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { attackCaptures } from './support/captures.mjs'
import { INTERFACE, openLink } from './support/link.mjs'
import { anonymousMib, formatTable, residentMib } from './support/processes.mjs'
import { startProduct } from './support/product.mjs'

const CONFIG = `[capture]\ninterfaces = ["${INTERFACE}"]\n`
const REPLAY = fileURLToPath(new URL('support/replay.py', import.meta.url))
const ROUND_MINUTES = 24
const SAMPLE_MINUTES = 2
/** Connections that have been idle for 5 s are closed by the server. */
const POLL_MS = 3000
const MIB = 2 ** 20
/** What a page that is open asks for, besides the stream of events. */
const PAGES = ['/api/status', '/api/devices', '/api/alerts', '/api/traffic/destinations']

function childOf(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

function sizeMib(path) {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / MIB
}

/** Asks for what a page shows every few seconds; gives what ends that, and throws what failed in between. */
function keepLooking({ url, token }) {
  const leaving = new AbortController()
  const looking = (async () => {
    while (!leaving.signal.aborted) {
      for (const page of PAGES) await ask(url + page, token)
      await sleep(POLL_MS, undefined, { signal: leaving.signal }).catch(() => undefined)
    }
  })()
  looking.catch(() => undefined)
  return async () => {
    leaving.abort()
    await looking
  }
}

async function ask(url, token) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
}

function sample(product, sensor, minutes) {
  const { daemon, web, folder } = product
  const database = join(folder, 'web', 'netwatcher.db')
  return {
    minutes,
    ...Object.fromEntries(
      Object.entries({ sensor, daemon: daemon.pid, web: web.pid }).flatMap(([name, pid]) => [
        [`${name}Mib`, residentMib(pid)],
        [`${name}OwnMib`, anonymousMib(pid)],
      ]),
    ),
    databaseMib: sizeMib(database),
    walMib: sizeMib(`${database}-wal`),
  }
}

export async function run({ rounds = 1, log = (_text) => {} } = {}) {
  const link = openLink()
  try {
    return await watch(link, rounds * ROUND_MINUTES, log)
  } finally {
    link.close()
  }
}

async function watch(link, lastMinute, log) {
  const product = await startProduct(link.start, CONFIG)
  const rows = []
  try {
    const sensor = childOf(product.daemon.pid)
    const leavePage = await product.watchPage(() => {})
    const stopLooking = keepLooking(product)
    link.startAtSender(['python3', REPLAY, 'eth0', ...attackCaptures()])
    for (let minutes = 0; minutes <= lastMinute; minutes += SAMPLE_MINUTES) {
      if (minutes > 0) await sleep(SAMPLE_MINUTES * 60_000)
      if (childOf(product.daemon.pid) !== sensor)
        throw new Error(`the sensor did not survive: ${product.daemon.output}`)
      rows.push(sample(product, sensor, minutes))
      log(`attacks: ${JSON.stringify(rows.at(-1))}`)
    }
    await stopLooking()
    leavePage()
    return rows
  } finally {
    await product.close()
  }
}

export function format(rows) {
  const header = [
    'minute',
    'sensor MiB',
    'of its own',
    'daemon MiB',
    'of its own',
    'web MiB',
    'of its own',
    'database',
    'its log',
  ]
  const table = rows.map(({ minutes, ...sizes }) => [
    minutes,
    ...Object.values(sizes).map((mib) => mib.toFixed(1)),
  ])
  return formatTable(header, table)
}
