/**
 * `npm run bench -- scan`: how many hosts a scan finds, how long it takes and
 * what it sends, beside arp-scan and nmap, in turn on the same virtual LAN: 200
 * hosts in a /24, a /22 and a /20. Times are of the whole process from its
 * start to its exit, Node's start included. Needs root and a build.
 */

import { fileURLToPath } from 'node:url'
import { Lab } from '../packages/daemon/dist/lab/lab.js'

const DRIVER = fileURLToPath(new URL('../packages/daemon/test/support/scan-driver.mjs', import.meta.url))
const HOSTS = 200
const SUBNETS = [
  { prefix: '10.81.0.0/24', own: '10.81.0.1/24', first: 10, step: 1, hasNormalPace: true },
  { prefix: '10.82.0.0/22', own: '10.82.0.1/22', first: 10, step: 5, hasNormalPace: true },
  { prefix: '10.83.0.0/20', own: '10.83.0.1/20', first: 10, step: 20, hasNormalPace: false },
]

const netwatcher = (pace) => ({
  name: `netwatcher ${pace}`,
  argv: (prefix) => [
    process.execPath,
    DRIVER,
    JSON.stringify({
      interface: 'eth0',
      scan: { scanId: 1, targets: [prefix], pace, ping: false, ipv6: false },
    }),
  ],
  hosts: (output) => [...output.matchAll(/"ip":"([\d.]+)","mac":"[^"]*","evidence":"arp_solicited"/g)],
})
const PEERS = [
  {
    name: 'arp-scan',
    argv: (prefix) => ['arp-scan', '--plain', '--quiet', '--interface=eth0', prefix],
    hosts: (output) => [...output.matchAll(/^([\d.]+)\t/gm)],
  },
  {
    name: 'nmap',
    argv: (prefix) => ['nmap', '-n', '-sn', '-PR', '-oG', '-', prefix],
    hosts: (output) => [...output.matchAll(/^Host: ([\d.]+) .*Status: Up$/gm)],
  },
  {
    name: 'nmap -T5',
    argv: (prefix) => ['nmap', '-n', '-sn', '-PR', '-T5', '-oG', '-', prefix],
    hosts: (output) => [...output.matchAll(/^Host: ([\d.]+) .*Status: Up$/gm)],
  },
]

function hostAddresses({ prefix, first, step }) {
  const [a, b, c] = prefix.split('.').map(Number)
  return Array.from({ length: HOSTS }, (_, i) => {
    const offset = first + i * step
    return `${a}.${b}.${c + (offset >> 8)}.${offset & 255}`
  })
}

async function createLab() {
  const crowd = SUBNETS.flatMap((subnet) => {
    return hostAddresses(subnet).map((ip) => `${ip}/${subnet.prefix.split('/')[1]}`)
  })
  const hosts = [
    { name: 'scanner', mac: '02:00:00:00:08:01', addresses: SUBNETS.map(({ own }) => own) },
    { name: 'crowd', mac: '02:00:00:00:08:02', addresses: crowd },
  ]
  return Lab.create({ medium: 'switch', hosts })
}

async function framesSent(lab) {
  return Number(await lab.check('scanner', ['cat', '/sys/class/net/eth0/statistics/tx_packets']))
}

async function runOnce(lab, tool, subnet) {
  const own = subnet.own.split('/')[0]
  const sentBefore = await framesSent(lab)
  const startedMs = performance.now()
  const output = await lab.check('scanner', tool.argv(subnet.prefix), { timeoutMs: 120_000 })
  const seconds = (performance.now() - startedMs) / 1000
  const sent = (await framesSent(lab)) - sentBefore
  const found = new Set(tool.hosts(output).map(([, ip]) => ip))
  found.delete(own)
  return { seconds, sent, found: [...found].sort() }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function summarize(subnet, tool, runs) {
  const expected = hostAddresses(subnet).sort().join()
  return {
    subnet: subnet.prefix,
    tool: tool.name,
    hosts: Math.min(...runs.map(({ found }) => found.length)),
    of: HOSTS,
    isAlwaysRight: runs.every(({ found }) => found.join() === expected),
    seconds: median(runs.map(({ seconds }) => seconds)),
    frames: median(runs.map(({ sent }) => sent)),
  }
}

/** All rounds of all tools; `rounds` odd, so that the median is a run. Tools take turns within a round. */
export async function run({ rounds = 5, log = (_text) => {} } = {}) {
  const lab = await createLab()
  const rows = []
  try {
    for (const subnet of SUBNETS) {
      const ours = subnet.hasNormalPace ? [netwatcher('normal'), netwatcher('fast')] : [netwatcher('fast')]
      const runs = new Map([...ours, ...PEERS].map((tool) => [tool, []]))
      for (let round = 0; round < rounds; round++) {
        log(`${subnet.prefix}: round ${round + 1} of ${rounds}`)
        for (const [tool, done] of runs) done.push(await runOnce(lab, tool, subnet))
      }
      const summaries = [...runs].map(([tool, done]) => summarize(subnet, tool, done))
      const fast = summaries.find(({ tool }) => tool === 'netwatcher fast')
      rows.push(...summaries.map((row) => ({ ...row, ratio: row.seconds / fast.seconds })))
    }
  } finally {
    await lab.close()
  }
  return rows
}

export function format(rows) {
  const table = rows.map((row) => [
    row.subnet,
    row.tool,
    `${row.hosts} of ${row.of}`,
    row.isAlwaysRight ? 'yes' : 'no',
    row.seconds.toFixed(2),
    `${row.ratio.toFixed(2)} x`,
    String(row.frames),
  ])
  const header = ['subnet', 'tool', 'hosts (worst)', 'all runs agree', 'seconds', 'to fast', 'frames sent']
  const widths = header.map((title, i) => Math.max(title.length, ...table.map((row) => row[i].length)))
  const line = (cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd()
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...table.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rounds = Number(/--rounds=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 5)
  const rows = await run({ rounds, log: (text) => process.stderr.write(`${text}\n`) })
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(rows)}\n` : `${format(rows)}\n`)
}
