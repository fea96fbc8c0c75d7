/**
 * `npm run bench -- memory`: resident memory of a running netwatcherd and its
 * sensor before, during and after floods of spoofed addresses. The whole
 * product runs as it does in service, with its default configuration.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { INTERFACE, openLink } from './support/link.mjs'
import { formatTable, residentMib } from './support/processes.mjs'

const NETWATCHERD = fileURLToPath(new URL('../packages/daemon/bin/netwatcherd', import.meta.url))
const START_TIMEOUT_MS = 20_000
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

async function startDaemon(link, folder) {
  const config = join(folder, 'netwatcherd.toml')
  const socket = join(folder, 'run', 'netwatcherd.sock')
  writeFileSync(config, `[capture]\ninterfaces = ["${INTERFACE}"]\n`)
  const stateDir = join(folder, 'state')
  const argv = ['--config', config, '--socket', socket, '--state-dir', stateDir, '--group', 'root']
  const daemon = link.start([process.execPath, NETWATCHERD, ...argv])
  const end = performance.now() + START_TIMEOUT_MS
  while (!existsSync(socket) || !childOf(daemon.pid)) {
    if (performance.now() > end) throw new Error(`netwatcherd does not start: ${daemon.output}`)
    await sleep(SAMPLE_MS)
  }
  await sleep(IDLE_MS)
  return { daemon, sensor: childOf(daemon.pid) }
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

async function measure(link, folder, { name, ...flood }) {
  const { daemon, sensor } = await startDaemon(link, folder)
  const pids = [sensor, daemon.pid]
  const idle = pids.map(residentMib)
  const { peaks, result: sent } = await watchPeaks(pids, async () => {
    const frames = await link.flood({ seconds: FLOOD_SECONDS, ...flood })
    await sleep(RECOVERY_MS)
    return frames
  })
  const after = pids.map(residentMib)
  if (childOf(daemon.pid) !== sensor) throw new Error(`the sensor did not survive: ${daemon.output}`)
  daemon.kill('SIGTERM')
  await daemon.done
  return ['sensor', 'daemon'].map((process, i) => {
    return { flood: name, sent, process, idleMib: idle[i], peakMib: peaks[i], afterMib: after[i] }
  })
}

export async function run({ rounds = 1, log = () => {} } = {}) {
  const link = openLink()
  const rows = []
  try {
    for (let round = 0; round < rounds; round++) {
      for (const flood of FLOODS) {
        log(`memory: round ${round + 1} of ${rounds}, ${flood.name}`)
        const folder = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
        try {
          rows.push(...(await measure(link, folder, flood)))
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
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
