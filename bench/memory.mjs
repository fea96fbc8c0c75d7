/**
 * `npm run bench -- memory`: resident memory of netwatcherd, its sensor and
 * netwatcher-web before, during and after floods of spoofed addresses. The
 * whole product runs as it does in service, with its default configuration.
 */

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { INTERFACE, openLink } from './support/link.mjs'
import { formatTable, residentMib } from './support/processes.mjs'
import { startProduct } from './support/product.mjs'

const CONFIG = `[capture]\ninterfaces = ["${INTERFACE}"]\n`
const IDLE_MS = 5000
const SAMPLE_MS = 100
/** Some traffic buckets and the garbage collection that follows them. */
const RECOVERY_MS = 30_000
/** Detection takes in a thousand new stations a second: until then its tables are full. */
const FLOOD_SECONDS = 20

const FLOODS = [
  { name: '1 000 000 MAC addresses', macs: 1_000_000 },
  { name: '5 000 000 source addresses', sources: 5_000_000 },
  { name: '5 000 000 destinations', addresses: 5_000_000 },
  { name: '1 000 000 of all three', macs: 1_000_000, sources: 1_000_000, addresses: 1_000_000 },
]

function childOf(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

/** Highest resident memory of each process while `work` goes on. */
async function watchPeaks(pids, work) {
  const peaks = pids.map(residentMib)
  const timer = setInterval(() => {
    for (const [i, pid] of pids.entries()) peaks[i] = Math.max(peaks[i], residentMib(pid))
  }, SAMPLE_MS)
  try {
    return { peaks, result: await work() }
  } finally {
    clearInterval(timer)
  }
}

async function measure(link, { name, ...flood }) {
  const product = await startProduct(link.start, CONFIG)
  try {
    await sleep(IDLE_MS)
    const { daemon, web } = product
    const sensor = childOf(daemon.pid)
    const pids = [sensor, daemon.pid, web.pid]
    const idle = pids.map(residentMib)
    const { peaks, result: sent } = await watchPeaks(pids, async () => {
      const frames = await link.flood({ seconds: FLOOD_SECONDS, ...flood })
      await sleep(RECOVERY_MS)
      return frames
    })
    const after = pids.map(residentMib)
    if (childOf(daemon.pid) !== sensor) throw new Error(`the sensor did not survive: ${daemon.output}`)
    return ['sensor', 'daemon', 'web'].map((process, i) => {
      return { flood: name, sent, process, idleMib: idle[i], peakMib: peaks[i], afterMib: after[i] }
    })
  } finally {
    await product.close()
  }
}

export async function run({ rounds = 1, log = (_text) => {} } = {}) {
  const link = openLink()
  const rows = []
  try {
    for (let round = 0; round < rounds; round++) {
      for (const flood of FLOODS) {
        log(`memory: round ${round + 1} of ${rounds}, ${flood.name}`)
        rows.push(...(await measure(link, flood)))
      }
    }
  } finally {
    link.close()
  }
  return rows
}

export function format(rows) {
  const header = ['flood', 'frames', 'process', 'idle MiB', 'peak MiB', 'growth MiB', '30 s later MiB']
  const table = rows.map(({ flood, sent, process, idleMib, peakMib, afterMib }) => [
    flood,
    sent,
    process,
    ...[idleMib, peakMib, peakMib - idleMib, afterMib].map((mib) => mib.toFixed(1)),
  ])
  return formatTable(header, table)
}
