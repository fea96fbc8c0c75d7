/**
 * `npm run bench -- idle`: what NetWatcher costs while nothing happens: the
 * daemon with three sensors and the web app, on three interfaces of a switch,
 * with the settings as they come. CPU time of all processes over half a minute,
 * as a share of one core, and what memory each holds.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Lab } from '../packages/daemon/dist/lab/lab.js'
import { cpuMicroseconds, formatTable, median, residentMib } from './support/processes.mjs'
import { startProduct } from './support/product.mjs'

const HOST = 'watcher'
const INTERFACES = ['eth0', 'eth1', 'eth2']
/** Sensors that start write what they have learnt, and Node optimises, for a while. */
const SETTLE_MS = 60_000
const SPAN_MS = 30_000

/** The lab gives a host one interface; the others are made here, on the same switch. */
async function createLab() {
  const hosts = [{ name: HOST, mac: '02:00:00:00:09:01', addresses: ['10.84.0.1/24'] }]
  const lab = await Lab.create({ medium: 'switch', hosts })
  for (const [i, name] of INTERFACES.entries()) {
    if (i === 0) continue
    const ip = (...args) => execFileSync('ip', ['-n', lab.namespace('switch'), ...args])
    ip('link', 'add', `extra${i}`, 'type', 'veth', 'peer', 'name', name, 'netns', lab.namespace(HOST))
    ip('link', 'set', `extra${i}`, 'master', 'switch', 'up')
    await lab.check(HOST, ['ip', 'address', 'add', `10.84.${i}.1/24`, 'dev', name])
    await lab.check(HOST, ['ip', 'link', 'set', name, 'up'])
  }
  return lab
}

/** A program in the namespace, in the form that `startProduct` wants. */
function starter(lab) {
  return (argv) => {
    const started = lab.start(HOST, argv)
    const { pid, done } = started
    return { pid, done, kill: (signal) => void started.stop(signal) }
  }
}

function memoryMib(pid) {
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup(pid))[1])
  return { resident: residentMib(pid), own: (kib('Private_Clean') + kib('Private_Dirty')) / 1024 }
}

/** Memory that nobody else shares (proc(5), smaps_rollup). */
function rollup(pid) {
  return readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
}

async function measure(processes) {
  const before = processes.map(({ pid }) => cpuMicroseconds(pid))
  const startedMs = performance.now()
  await sleep(SPAN_MS)
  const spanMs = performance.now() - startedMs
  return processes.map(({ name, pid }, i) => ({
    name,
    cpuPercent: (cpuMicroseconds(pid) - before[i]) / 10 / spanMs,
    ...memoryMib(pid),
  }))
}

export async function run({ rounds = 3, log = (_text) => {} } = {}) {
  const lab = await createLab()
  let product
  try {
    product = await startProduct(starter(lab), `[capture]\ninterfaces = ${JSON.stringify(INTERFACES)}\n`)
    const { sensors } = await product.getStatus()
    const processes = [
      { name: 'netwatcherd', pid: product.daemon.pid },
      ...sensors.map(({ pid, sensor }) => ({ name: `sensor ${sensor.interface}`, pid })),
      { name: 'netwatcher-web', pid: product.web.pid },
    ]
    await sleep(SETTLE_MS)
    const done = []
    for (let round = 0; round < rounds; round++) {
      log(`idle: round ${round + 1} of ${rounds}`)
      done.push(await measure(processes))
    }
    return summarize(processes, done)
  } finally {
    await product?.close()
    await lab.close()
  }
}

function summarize(processes, rounds) {
  const middle = (of) => median(rounds.map(of))
  const rows = processes.map(({ name }, i) => ({
    name,
    cpuPercent: middle((round) => round[i].cpuPercent),
    resident: middle((round) => round[i].resident),
    own: middle((round) => round[i].own),
  }))
  const sum = (round, key) => round.reduce((total, one) => total + one[key], 0)
  const total = {
    name: 'all together',
    cpuPercent: middle((round) => sum(round, 'cpuPercent')),
    resident: middle((round) => sum(round, 'resident')),
    own: middle((round) => sum(round, 'own')),
  }
  return [...rows, total]
}

export function format(rows) {
  const header = ['process', 'CPU, % of a core', 'RSS, MiB', 'of it not shared, MiB']
  const table = rows.map(({ name, cpuPercent, resident, own }) => [
    name,
    cpuPercent.toFixed(2),
    resident.toFixed(0),
    own.toFixed(0),
  ])
  return formatTable(header, table)
}
