/**
 * `npm run bench -- latency`: how soon NetWatcher answers and warns, on a quiet
 * link and while 64-byte frames to a million addresses arrive as fast as one
 * core can send them. Measured with the whole product: the answer to GetStatus
 * over gRPC, and the time from a spoofed ARP frame to its alert over gRPC and
 * in a browser's event stream. This process measures on the same two cores.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { INTERFACE, openLink } from './support/link.mjs'
import { formatTable, median, percentile } from './support/processes.mjs'
import { startProduct } from './support/product.mjs'

const SEND_FRAMES = fileURLToPath(new URL('support/send-frames.py', import.meta.url))
const CONFIG = `[capture]\ninterfaces = ["${INTERFACE}"]\n[detection]\nlearning_minutes = 0\n`
const FLOOD = { size: 60, addresses: 1_000_000 }
/** It is sent in pieces of this length, without a pause, until everything has been measured. */
const FLOOD_SECONDS = 3
const FLOOD_LEAD_MS = 2000
const ATTACKS = 5
const CALLS = 400
const CALL_INTERVAL_MS = 10
/** Later than a second honest answer to the same question would come (request-book.ts): the lie is nobody's answer. */
const GENUINE_MS = 1500
const ALERT_LIMIT_MS = 10_000

const KINDS = new Set(['arp_spoof', 'ip_conflict', 'mac_changed'])
/** The host that is lied to, as arpspoof does it: in a reply to it alone. */
const DECEIVED = { mac: '02:00:00:00:00:01', ip: '10.0.0.1' }
const BROADCAST = 'ff:ff:ff:ff:ff:ff'
const UNKNOWN = '00:00:00:00:00:00'

const hexMac = (mac) => mac.replaceAll(':', '')
const hexIp = (ip) => Buffer.from(ip.split('.').map(Number)).toString('hex')

/** ARP frames (RFC 826) as hexadecimal digits. */
function arpFrame(operation, destinationMac, from, to) {
  const header = `${hexMac(destinationMac)}${hexMac(from.mac)}0806000108000604000${operation}`
  return `${header}${hexMac(from.mac)}${hexIp(from.ip)}${hexMac(to.mac)}${hexIp(to.ip)}${'00'.repeat(18)}`
}
const question = (from, ip) => arpFrame(1, BROADCAST, from, { mac: UNKNOWN, ip })
/** That `from`, or somebody else's address `ip`, is at `from`. */
const answer = (from, ip) => arpFrame(2, DECEIVED.mac, { mac: from.mac, ip }, DECEIVED)
/** What hosts say before they talk to each other. */
const acquaintance = (host) => [
  question(host, DECEIVED.ip),
  question(DECEIVED, host.ip),
  answer(host, host.ip),
]

/** Every attack has a victim and an attacker of its own, so that every alert is a new one. */
function cast(index) {
  const last = index.toString(16).padStart(2, '0')
  return {
    victim: { mac: `02:aa:00:00:00:${last}`, ip: `10.0.0.${10 + index}` },
    attacker: { mac: `02:bb:00:00:00:${last}`, ip: `10.0.0.${130 + index}` },
  }
}

async function send(link, frames) {
  const sender = link.startAtSender(['python3', SEND_FRAMES, INTERFACE, ...frames])
  if ((await sender.done) !== 0) throw new Error(`send-frames: ${sender.output}`)
  return Number(sender.output)
}

/** Arrival times by address, of the first alert about it. */
class Arrivals {
  times = new Map()

  note({ kind, ip }) {
    if (KINDS.has(kind) && !this.times.has(ip)) this.times.set(ip, Date.now())
  }

  async of(ip) {
    const end = Date.now() + ALERT_LIMIT_MS
    while (!this.times.has(ip) && Date.now() < end) await sleep(5)
    return this.times.get(ip) ?? Number.POSITIVE_INFINITY
  }
}

async function attack(link, arrivals, index) {
  const { victim, attacker } = cast(index)
  await send(link, [victim, attacker].flatMap(acquaintance))
  await sleep(GENUINE_MS)
  const sentMs = await send(link, [answer(attacker, victim.ip)])
  const [grpcMs, pageMs] = await Promise.all([arrivals.grpc.of(victim.ip), arrivals.page.of(victim.ip)])
  return { grpcMs: grpcMs - sentMs, pageMs: pageMs - sentMs }
}

async function timeCalls(product) {
  const times = []
  for (let call = 0; call < CALLS; call++) {
    const startedMs = performance.now()
    await product.getStatus()
    times.push(performance.now() - startedMs)
    await sleep(CALL_INTERVAL_MS)
  }
  return times
}

async function measure(link, product, arrivals, firstIndex) {
  const calls = await timeCalls(product)
  const alerts = []
  for (let i = 0; i < ATTACKS; i++) alerts.push(await attack(link, arrivals, firstIndex + i))
  return { calls, alerts }
}

async function measureFlooded(link, product, arrivals, firstIndex) {
  const before = (await product.getStatus()).sensors[0]
  const flood = startFlood(link)
  await sleep(FLOOD_LEAD_MS)
  const result = await measure(link, product, arrivals, firstIndex)
  const framesPerSecond = await flood.stop()
  const after = (await product.getStatus()).sensors[0]
  return { ...result, framesPerSecond, dropped: Number(after.dropped - before.dropped) }
}

/** Floods until stopped, which gives the frames per second. */
function startFlood(link) {
  const startedMs = performance.now()
  let isWanted = true
  const done = (async () => {
    let sent = 0
    while (isWanted) sent += await link.flood({ ...FLOOD, seconds: FLOOD_SECONDS })
    return (sent * 1000) / (performance.now() - startedMs)
  })()
  return {
    stop() {
      isWanted = false
      return done
    },
  }
}

export async function run({ rounds = 3, log = (_text) => {} } = {}) {
  const link = openLink()
  let product
  try {
    product = await startProduct(link.start, CONFIG)
    const arrivals = { grpc: new Arrivals(), page: new Arrivals() }
    const leaveEvents = product.watchAlerts((alert) => arrivals.grpc.note(alert))
    const leavePage = await product.watchPage((alert) => arrivals.page.note(alert))
    const phases = { quiet: [], flood: [] }
    for (let round = 0; round < rounds; round++) {
      log(`latency: round ${round + 1} of ${rounds}`)
      const firstIndex = round * ATTACKS * 2
      phases.quiet.push(await measure(link, product, arrivals, firstIndex))
      phases.flood.push(await measureFlooded(link, product, arrivals, firstIndex + ATTACKS))
    }
    leaveEvents()
    leavePage()
    return Object.entries(phases).map(([name, done]) => summarize(name, done))
  } finally {
    await product?.close()
    link.close()
  }
}

function summarize(name, rounds) {
  const alerts = rounds.flatMap((round) => round.alerts)
  const grpc = alerts.map(({ grpcMs }) => grpcMs)
  const page = alerts.map(({ pageMs }) => pageMs)
  return {
    traffic: name,
    framesPerSecond: name === 'flood' ? median(rounds.map((round) => round.framesPerSecond)) : 0,
    dropped: rounds.reduce((sum, round) => sum + (round.dropped ?? 0), 0),
    callP50Ms: median(rounds.map((round) => percentile(round.calls, 50))),
    callP99Ms: median(rounds.map((round) => percentile(round.calls, 99))),
    alertMs: { count: grpc.length, median: median(grpc), worst: Math.max(...grpc) },
    pageMs: { median: median(page), worst: Math.max(...page) },
  }
}

export function format(rows) {
  const ms = (value) => value.toFixed(value < 10 ? 1 : 0)
  const header = [
    'traffic',
    'frames/s',
    'dropped',
    'GetStatus p50',
    'p99, ms',
    'ARP to gRPC alert, median',
    'worst, ms',
    'to page, median',
    'worst, ms',
  ]
  const table = rows.map((row) => [
    row.traffic,
    Math.round(row.framesPerSecond),
    row.dropped,
    ms(row.callP50Ms),
    ms(row.callP99Ms),
    ms(row.alertMs.median),
    ms(row.alertMs.worst),
    ms(row.pageMs.median),
    ms(row.pageMs.worst),
  ])
  return formatTable(header, table)
}
