/**
 * What the inventory takes with 10 000 devices: lists in every order, a search, a
 * bulk change, the presence look and the suggestions; and a flood of as many
 * invented MACs. Prints milliseconds (median, p99) and the size of the database.
 *
 *   node bench/inventory.mjs [devices]
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Twins } from '../packages/web/dist/identity/twins.js'
import { applyEvents } from '../packages/web/dist/ingest/apply.js'
import { openStore } from '../packages/web/dist/storage/store.js'

const DEVICES = Number(process.argv[2] ?? 10_000)
const AT_ONCE = 500
const ROUNDS = 50
const NOW = Date.now()
const SENSOR = { daemonId: 'd'.repeat(32), interface: 'eth0' }
const SOURCE = { siteId: 1, daemonId: SENSOR.daemonId }
const ACT = { atMs: NOW, source: 'person' }

const octets = (n) =>
  [n >> 16, (n >> 8) & 255, n & 255].map((one) => one.toString(16).padStart(2, '0')).join(':')
const macOf = (n) => `02:00:00:${octets(n)}`
const ipOf = (n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

let sequence = 0
async function apply(store, payload) {
  const position = { bootId: 'b'.repeat(32), sequence: ++sequence }
  await applyEvents(store, SOURCE, [{ position, atMs: NOW, payload }], NOW)
}

/** As scans find them, so that nobody takes them for a flood. */
async function fill(store) {
  for (let from = 0; from < DEVICES; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, DEVICES - from) }, (_, i) => from + i)
    const seen = {
      evidence: 'arp_solicited',
      seenMs: NOW,
      isSelf: false,
      isGateway: false,
      isDisputed: false,
      vlan: 0,
    }
    const hosts = numbers.map((n) => ({ sensor: SENSOR, ip: ipOf(n), mac: macOf(n), ...seen }))
    const summary = { method: 'arp', isComplete: true, targets: [], vlan: 0, details: [], interfaces: [] }
    await apply(store, { kind: 'scan', sensor: SENSOR, summary, hosts })
    const names = numbers.map((n) => ({ ip: ipOf(n), mac: macOf(n), name: `phone-of-${n}`, source: 'dhcp' }))
    const clues = numbers.map((n) => ({ mac: macOf(n), source: 'dhcp_12', value: `phone-of-${n}` }))
    await apply(store, { kind: 'observation', hosts: [], names, clues })
  }
}

async function time(what, rounds, work) {
  const took = []
  for (let i = 0; i < rounds; i++) {
    const startMs = performance.now()
    await work(i)
    took.push(performance.now() - startMs)
  }
  took.sort((a, b) => a - b)
  const at = (share) => took[Math.min(took.length - 1, Math.floor(share * took.length))]?.toFixed(1)
  console.log(`${what}: median ${at(0.5)} ms, p99 ${at(0.99)} ms`)
}

const directory = await mkdtemp(join(tmpdir(), 'netwatcher-bench-'))
const store = await openStore({ stateDir: directory, nowMs: Date.now })
try {
  await time(`${DEVICES} devices taken in`, 1, () => fill(store))
  const page = { page: 1, pageSize: 50, shown: 'current' }
  for (const key of ['lastSeen', 'name', 'mac', 'bytes']) {
    await time(`list by ${key}`, ROUNDS, () =>
      store.devices.list({ ...page, order: { key, isDescending: true } }),
    )
  }
  const order = { key: 'lastSeen', isDescending: true }
  await time('search', ROUNDS, (i) => store.devices.list({ ...page, order, text: `of-${i}` }))
  const ids = (count) => Array.from({ length: count }, (_, i) => i + 1)
  for (const count of [100, 1_000, Math.min(5_000, DEVICES)]) {
    await time(`bulk change of ${count}`, ROUNDS, (i) =>
      store.inventory.change(
        { ids: ids(count) },
        { patch: { owner: `Owner ${i}` }, addTags: [`tag ${i % 3}`], removeTags: [`tag ${(i + 1) % 3}`] },
        ACT,
      ),
    )
  }
  await time('presence look', 10, () => store.presence.listUnsettled())
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  await time('suggestions', 5, () => new Twins(store.sameDevices, Date.now).refresh())
  held.disable()
  console.log(`others waited for them ${(held.max / 1e6).toFixed(0)} ms at most`)
  const before = await store.devices.count()
  const row = { deviceIp: '', remoteIp: '', protocol: 6, servicePort: 0, vlan: 0, isSecondView: false }
  const once = { txBytes: 60, rxBytes: 0, txPackets: 1, rxPackets: 0 }
  await time('a flood of as many MACs', 1, async () => {
    const rows = Array.from({ length: DEVICES }, (_, n) => ({
      ...row,
      ...once,
      deviceMac: macOf(0x800000 + n),
    }))
    const bucket = {
      sensor: SENSOR,
      startMs: NOW,
      durationMs: 1000,
      rows,
      otherBytes: 0,
      otherPackets: 0,
      dropped: 0,
    }
    await apply(store, { kind: 'traffic', bucket })
    while ((await store.traffic.fold()) > 0);
  })
  console.log(`devices before and after it: ${before}, ${await store.devices.count()}`)
  console.log(`database: ${((await store.retention.usedBytes()) / 2 ** 20).toFixed(1)} MiB`)
} finally {
  await store.close()
  await rm(directory, { recursive: true, force: true })
}
