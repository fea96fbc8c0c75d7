/**
 * `npm run bench -- capture`: what share of a flood each tool counts, and what
 * CPU time that costs per counted packet. Every tool listens alone on the same
 * veth pair, gets a warm-up flood, and is measured during a second one; tools
 * take turns within a round. Loss is of what the kernel delivered to the
 * interface, warm-up included. Against other checkouts only their sensors take
 * turns with this one, and the ratio is to it.
 */

import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { INTERFACE, openLink } from './support/link.mjs'
import { cpuMicroseconds, formatTable, median, settle } from './support/processes.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** As netwatcherd starts its sensors. */
const NODE_OPTIONS = ['--max-old-space-size=128', '--max-semi-space-size=1', '--optimize-for-size']
const RING_MIB = 64
/** Compilers have finished by then; a sensor runs for weeks. */
const WARM_UP = { frames: 1_000_000, seconds: 5 }
/** Two traffic buckets, however fast the generator is. */
const MEASURED = { seconds: 10 }
const START_MS = 1500

const CONTROL_SOCKET = `/tmp/netwatcher-bench-${process.pid}.ctl`
const PID_FILE = `/tmp/netwatcher-bench-${process.pid}.pid`

const SCAPY = `
import signal, sys
from scapy.all import sniff
count = 0
def seen(packet):
    global count
    count += 1
def stop(*_):
    print('seen', count, flush=True)
    sys.exit(0)
signal.signal(signal.SIGINT, stop)
sniff(iface=sys.argv[1], store=False, prn=seen)
`

/** `seen` reads the count from what the tool prints when it is interrupted. */
const sensorOf = (name, checkout) => ({
  name,
  argv: [
    process.execPath,
    ...NODE_OPTIONS,
    join(checkout, 'bench/support/sensor.mjs'),
    INTERFACE,
    String(RING_MIB),
  ],
  seen: (output) => JSON.parse(output).packets,
})

const OWN = sensorOf('netwatcher', ROOT)
const PEERS = [
  {
    name: 'tcpdump',
    argv: ['tcpdump', '-i', INTERFACE, '-B', String(RING_MIB * 1024), '-s', '96', '-w', '/dev/null'],
    seen: (output) => Number(/(\d+) packets captured/.exec(output)[1]),
  },
  {
    name: 'softflowd',
    argv: ['softflowd', '-i', INTERFACE, '-d', '-n', '127.0.0.1:9995', '-c', CONTROL_SOCKET, '-p', PID_FILE],
    beforeStop: (link) => link.run(['softflowctl', '-c', CONTROL_SOCKET, 'statistics']),
    seen: (output) => Number(/Packets processed: (\d+)/.exec(output)[1]),
  },
  {
    name: 'darkstat',
    argv: [
      'darkstat',
      '-i',
      INTERFACE,
      '--no-daemon',
      '--no-dns',
      '-b',
      '127.0.0.1',
      '-p',
      '6670',
      '--verbose',
    ],
    seen: (output) => {
      const [, received, dropped] = /pcap stats: (\d+) packets received, (\d+) packets dropped/.exec(output)
      return Number(received) - Number(dropped)
    },
  },
  {
    name: 'scapy',
    argv: ['/usr/bin/python3', '-c', SCAPY, INTERFACE],
    seen: (output) => Number(/seen (\d+)/.exec(output)[1]),
  },
]

const TRAFFIC = [
  { name: '64 B, 1 000 addresses', size: 60, addresses: 1000 },
  { name: '64 B, 1 000 000 addresses', size: 60, addresses: 1_000_000 },
  { name: 'mixed, 1 000 addresses', size: 0, addresses: 1000 },
  { name: 'mixed, 1 000 000 addresses', size: 0, addresses: 1_000_000 },
]

async function runOnce(link, tool, traffic) {
  const process = link.start(tool.argv)
  await sleep(START_MS)
  const before = link.received()
  const warmUp = await link.flood({ ...traffic, ...WARM_UP })
  await settle(process.pid)
  const cpuBefore = cpuMicroseconds(process.pid)
  const startedMs = performance.now()
  const sent = await link.flood({ ...traffic, ...MEASURED })
  const seconds = (performance.now() - startedMs) / 1000
  await settle(process.pid)
  const cpu = cpuMicroseconds(process.pid) - cpuBefore
  const delivered = link.received() - before
  const printed = tool.beforeStop?.(link)
  process.kill('SIGINT')
  await process.done
  const seen = Math.min(tool.seen(printed ?? process.output), delivered)
  const share = sent / (sent + warmUp)
  return {
    delivered,
    packetsPerSecond: sent / seconds,
    lost: delivered - seen,
    microseconds: cpu / (seen * share),
  }
}

export async function run({ rounds = 3, log = (_text) => {}, against = [] } = {}) {
  const others = against.map((checkout) => sensorOf(basename(checkout), checkout))
  const tools = others.length > 0 ? [OWN, ...others] : [OWN, ...PEERS]
  const measure = others.length > 0 ? OWN : PEERS[0]
  const link = openLink()
  const runs = TRAFFIC.flatMap((traffic) => tools.map((tool) => ({ traffic, tool, done: [] })))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { traffic, tool, done } of runs) {
        log(`capture: round ${round + 1} of ${rounds}, ${traffic.name}, ${tool.name}`)
        done.push(await runOnce(link, tool, traffic))
      }
    }
  } finally {
    link.close()
  }
  const measured = (traffic, round) =>
    runs.find((run) => run.traffic === traffic && run.tool === measure).done[round].microseconds
  return runs.map(({ traffic, tool, done }) => ({
    traffic: traffic.name,
    tool: tool.name,
    packetsPerSecond: median(done.map((run) => run.packetsPerSecond)),
    delivered: median(done.map((run) => run.delivered)),
    lost: median(done.map((run) => run.lost)),
    lostWorst: Math.max(...done.map((run) => run.lost)),
    microseconds: median(done.map((run) => run.microseconds)),
    // Of neighbours in time: a machine that is slower for a while is so for both.
    ratio: median(done.map((run, round) => run.microseconds / measured(traffic, round))),
    measure: measure.name,
  }))
}

export function format(rows) {
  const header = [
    'traffic',
    'tool',
    'packets/s',
    'delivered',
    'lost',
    'lost, worst',
    'CPU µs/packet',
    `to ${rows[0].measure}`,
  ]
  const table = rows.map((row) => [
    row.traffic,
    row.tool,
    Math.round(row.packetsPerSecond),
    row.delivered,
    `${((100 * row.lost) / row.delivered).toFixed(2)} %`,
    row.lostWorst,
    row.microseconds.toFixed(3),
    `${row.ratio.toFixed(2)} x`,
  ])
  return formatTable(header, table)
}
