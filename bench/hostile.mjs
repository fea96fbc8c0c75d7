/**
 * `npm run bench -- hostile`: how soon others are answered, on either socket,
 * while a client in the group attacks the daemon in each of the ways of
 * packages/daemon/src/lab/hostile-client.ts. Attacker, measurement and the
 * product share the same two cores.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { INTERFACE, openLink } from './support/link.mjs'
import { formatTable, median, percentile } from './support/processes.mjs'
import { startProduct } from './support/product.mjs'

const CLIENT = fileURLToPath(new URL('../packages/daemon/dist/lab/hostile-client.js', import.meta.url))
const CONFIG = `[firewall]\nenabled = true\n[capture]\ninterfaces = ["${INTERFACE}"]\n`
const ATTACKS = [
  ...['none', 'unread-answers', 'unread-reflection', 'unread-streams', 'silent-connections'],
  ...['half-prefaces', 'half-requests', 'protocol-errors', 'ping-flood', 'settings-flood'],
  ...['rapid-resets', 'endless-headers', 'call-flood', 'cancelled-calls', 'plan-flood'],
]
const LEAD_MS = 1000
const CALLS = 200
const CALL_INTERVAL_MS = 10
const MIB = 1024

async function measure(product, attack) {
  const attacker = spawn(process.execPath, [CLIENT, product.socket, attack], { stdio: 'ignore' })
  try {
    await sleep(LEAD_MS)
    const [member, root] = await Promise.all([
      timeCalls(() => product.getStatus()),
      timeCalls(() => product.getStatusAsRoot()),
    ])
    return { member, root }
  } finally {
    attacker.kill('SIGKILL')
    await once(attacker, 'exit')
  }
}

async function timeCalls(call) {
  const times = []
  for (let done = 0; done < CALLS; done++) {
    const startedMs = performance.now()
    await call()
    times.push(performance.now() - startedMs)
    await sleep(CALL_INTERVAL_MS)
  }
  return times
}

export async function run({ rounds = 1, log = (_text) => {} } = {}) {
  const link = openLink()
  let product
  try {
    product = await startProduct(link.start, CONFIG)
    const rows = []
    for (const attack of ATTACKS) {
      const done = []
      for (let round = 0; round < rounds; round++) {
        log(`hostile: ${attack}, round ${round + 1} of ${rounds}`)
        done.push(await measure(product, attack))
      }
      rows.push({ attack, ...summarize(done), peakMib: peakMib(product.daemon.pid) })
    }
    return rows
  } finally {
    await product?.close()
    link.close()
  }
}

function summarize(rounds) {
  const of = (who, p) => median(rounds.map((round) => percentile(round[who], p)))
  return {
    memberP50Ms: of('member', 50),
    memberP99Ms: of('member', 99),
    rootP50Ms: of('root', 50),
    rootP99Ms: of('root', 99),
  }
}

/** Resident, the most so far. */
function peakMib(pid) {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / MIB
}

export function format(rows) {
  const ms = (value) => value.toFixed(value < 10 ? 1 : 0)
  const header = ['attack', 'group p50', 'p99, ms', 'root p50', 'p99, ms', 'peak MiB']
  const table = rows.map((row) => [
    row.attack,
    ...[row.memberP50Ms, row.memberP99Ms, row.rootP50Ms, row.rootP99Ms, row.peakMib].map(ms),
  ])
  return formatTable(header, table)
}
