import { DAY_MS, parseIp } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventPayload, Reach, TrafficRow } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, hostOf, SENSOR, SOURCE, trafficOf } from '../testing/test-store.js'
import { MOST_SHOWN } from './cut-repository.js'
import type { Store } from './store.js'

const NOW_MS = 1_800_000_000_000
const GUEST = { mac: 'aa:bb:cc:dd:ee:01', ip: '192.168.1.10', ip6: 'fd00::10' }
const OTHER = { mac: 'aa:bb:cc:dd:ee:02', ip: '192.168.1.20' }
const SELF = { mac: 'aa:bb:cc:dd:ee:05', ip: '192.168.1.1', uplink: '203.0.113.7' }
const HOST: Reach = {
  cutsInternet: false,
  ownAddresses: [SELF.ip],
  ownSubnets: ['192.168.1.0/24', 'fd00::/64'],
  servedSubnets: [],
  dnsServers: [],
}
const ROUTER: Reach = {
  cutsInternet: true,
  ownAddresses: [SELF.ip, SELF.uplink],
  ownSubnets: ['192.168.1.0/24', 'fd00::/64', '203.0.113.0/24'],
  servedSubnets: ['192.168.1.0/24', 'fd00::/64'],
  dnsServers: [],
}

async function storeWith(...payloads: EventPayload[]) {
  const test = await createTestStore()
  const hosts = [
    hostOf(GUEST.ip, GUEST.mac),
    hostOf(GUEST.ip6, GUEST.mac),
    hostOf(OTHER.ip, OTHER.mac),
    hostOf(SELF.ip, SELF.mac, { isSelf: true }),
  ]
  const events = [{ kind: 'observation' as const, hosts, names: [], clues: [] }, ...payloads]
  await applyEvents(
    test.store,
    SOURCE,
    events.map((payload, i) => event(i + 1, payload)),
    NOW_MS,
  )
  await test.store.traffic.fold()
  return test
}

function row(device: { mac: string; ip: string }, remoteIp: string, change: Partial<TrafficRow> = {}) {
  const counters = { txBytes: 100, rxBytes: 1000 }
  return { deviceMac: device.mac, deviceIp: device.ip, remoteIp, ...counters, ...change }
}

async function lost(store: Store, reach: Reach, ...targets: string[]): Promise<[number, number, number]> {
  const cidrs = targets.filter((text) => parseIp(text.split('/')[0] ?? '') !== null)
  const macs = targets.filter((text) => !cidrs.includes(text))
  const question = {
    siteId: SOURCE.siteId,
    cidrs,
    macs,
    admittedMacs: null,
    reach,
    fromMs: NOW_MS - 7 * DAY_MS,
  }
  const { txBytes, rxBytes, total } = await store.cuts.wouldHaveCut(question)
  return [txBytes, rxBytes, total]
}

const TRAFFIC = [
  row(GUEST, '8.8.8.8'),
  row(GUEST, OTHER.ip),
  row(GUEST, SELF.ip),
  row(GUEST, '192.168.1.255'),
  row(GUEST, '239.255.255.250'),
  row(GUEST, '255.255.255.255'),
  row(OTHER, '8.8.8.8'),
  row(SELF, GUEST.ip, { txBytes: 7, rxBytes: 70 }),
]

test('an ordinary host would have cut its own contact alone', async () => {
  await using test = await storeWith(trafficOf(TRAFFIC, NOW_MS - DAY_MS))
  expect(await lost(test.store, HOST, GUEST.mac, GUEST.ip)).toEqual([107, 1070, 2])
})

test('by MAC only what comes from the device is stopped', async () => {
  await using test = await storeWith(trafficOf(TRAFFIC, NOW_MS - DAY_MS))
  expect(await lost(test.store, HOST, GUEST.mac)).toEqual([100, 70, 2])
})

test('a router would have cut the internet, too, and neighbours still talk directly', async () => {
  await using test = await storeWith(trafficOf(TRAFFIC, NOW_MS - DAY_MS))
  expect(await lost(test.store, ROUTER, GUEST.mac, GUEST.ip)).toEqual([207, 2070, 3])
  expect(await lost(test.store, ROUTER, '192.168.1.0/28')).toEqual([207, 2070, 3])
  expect(await lost(test.store, ROUTER, OTHER.ip)).toEqual([100, 1000, 1])
})

test('a far address is cut for everybody, and counted once where two sensors see the same packets', async () => {
  const wan = { ...SENSOR, interface: 'eth1' }
  const translated = row({ mac: 'aa:bb:cc:dd:ee:06', ip: SELF.uplink }, '8.8.8.8', {
    txBytes: 200,
    rxBytes: 2000,
  })
  const inside = [
    row(GUEST, '8.8.8.8', { isSecondView: true }),
    row(OTHER, '8.8.8.8', { isSecondView: true }),
  ]
  await using test = await storeWith(
    trafficOf(inside, NOW_MS - DAY_MS),
    trafficOf([translated], NOW_MS - DAY_MS, wan),
  )
  expect(await lost(test.store, ROUTER, '8.8.8.8')).toEqual([200, 2000, 1])
  expect(await lost(test.store, ROUTER, GUEST.ip)).toEqual([100, 1000, 1])
})

test('several second views of a conversation are one, first views of it add up', async () => {
  const sensors = ['br0', 'eth1', 'eth2'].map((name) => ({ ...SENSOR, interface: name }))
  const view = (i: number, isSecondView: boolean) =>
    trafficOf([row(GUEST, '8.8.8.8', { isSecondView })], NOW_MS - DAY_MS, sensors[i])
  await using twice = await storeWith(view(0, true), view(1, true))
  expect(await lost(twice.store, ROUTER, GUEST.ip)).toEqual([100, 1000, 1])
  await using moved = await storeWith(view(0, false), view(1, false), view(2, true))
  expect(await lost(moved.store, ROUTER, GUEST.ip)).toEqual([200, 2000, 1])
})

test('what is older than the span, and who took an address over, are left out', async () => {
  const before = trafficOf([row(GUEST, '8.8.8.8')], NOW_MS - 8 * DAY_MS)
  const heir = hostOf(GUEST.ip, OTHER.mac, { seenMs: NOW_MS + 1 })
  await using test = await storeWith(
    before,
    { kind: 'observation', hosts: [heir], names: [], clues: [] },
    {
      ...trafficOf([row(SELF, GUEST.ip)], NOW_MS - DAY_MS),
    },
  )
  expect(await lost(test.store, ROUTER, GUEST.mac)).toEqual([0, 0, 0])
  expect(await test.store.devices.pathsTo(SOURCE.siteId, GUEST.mac)).toEqual({
    macs: [GUEST.mac],
    ips: [GUEST.ip6],
  })
})

test('the list is bounded, the sums are of all of it', async () => {
  const rows = Array.from({ length: MOST_SHOWN + 20 }, (_, i) =>
    row(GUEST, `198.51.100.${i + 1}`, { txBytes: i + 1 }),
  )
  await using test = await storeWith(trafficOf(rows, NOW_MS - DAY_MS))
  const question = {
    siteId: SOURCE.siteId,
    cidrs: [],
    macs: [GUEST.mac],
    admittedMacs: null,
    reach: ROUTER,
    fromMs: NOW_MS - 7 * DAY_MS,
  }
  const cut = await test.store.cuts.wouldHaveCut(question)
  expect(cut.total).toBe(MOST_SHOWN + 20)
  expect(cut.conversations).toHaveLength(MOST_SHOWN)
  expect(cut.conversations[0]).toMatchObject({
    device: GUEST.mac,
    deviceIp: GUEST.ip,
    txBytes: MOST_SHOWN + 20,
  })
})

test('a quarantine would have cut what is forwarded for others than the admitted, and not their questions for names', async () => {
  const rows = [
    ...TRAFFIC,
    row(OTHER, '9.9.9.9', { servicePort: 53 }),
    row(OTHER, '9.9.9.9', { servicePort: 443 }),
  ]
  await using test = await storeWith(trafficOf(rows, NOW_MS - DAY_MS))
  const reach = { ...ROUTER, dnsServers: ['9.9.9.9'] }
  const question = { siteId: SOURCE.siteId, cidrs: [], macs: [], reach, fromMs: NOW_MS - 7 * DAY_MS }
  const cut = await test.store.cuts.wouldHaveCut({ ...question, admittedMacs: [GUEST.mac] })
  expect(cut).toMatchObject({ txBytes: 200, rxBytes: 0, total: 2 })
  expect(cut.conversations.map(({ remoteIp, port }) => [remoteIp, port])).toContainEqual(['9.9.9.9', 443])
  const waiting = await test.store.quarantine.waiting(
    SOURCE.siteId,
    { interfaces: [SENSOR.interface], admittedMacs: [GUEST.mac] },
    NOW_MS,
  )
  expect(waiting).toEqual({ macs: [OTHER.mac], total: 1 })
  expect(await test.store.quarantine.admittable(SOURCE.siteId, 'seen', NOW_MS)).toHaveLength(2)
  expect(await test.store.quarantine.admittable(SOURCE.siteId, 'known', NOW_MS)).toEqual([])
})

/** The rules themselves: a packet is dropped where it comes from, or goes to, what is blocked. */
function isDropped(from: { mac: string; ip: string }, to: { ip: string }, targets: string[]): boolean {
  return targets.includes(from.mac) || targets.includes(from.ip) || targets.includes(to.ip)
}

test('it is what the rules drop of the same packets, byte for byte', async () => {
  const lan = [GUEST, OTHER, { mac: 'aa:bb:cc:dd:ee:03', ip: '192.168.1.30' }]
  const far = ['8.8.8.8', '9.9.9.9', SELF.ip]
  const packets = fc.array(
    fc.record({
      inside: fc.nat(lan.length - 1),
      outside: fc.constantFrom(...far),
      isOutbound: fc.boolean(),
      bytes: fc.integer({ min: 60, max: 1500 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  const chosen = fc.subarray([GUEST.mac, GUEST.ip, OTHER.mac, OTHER.ip], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(packets, chosen, async (sent, targets) => {
      let dropped = 0
      const rows = sent.map(({ inside, outside, isOutbound, bytes }) => {
        const device = lan[inside] ?? GUEST
        const router = { mac: SELF.mac, ip: outside }
        if (isOutbound ? isDropped(device, router, targets) : isDropped(router, device, targets))
          dropped += bytes
        return row(device, outside, { txBytes: isOutbound ? bytes : 0, rxBytes: isOutbound ? 0 : bytes })
      })
      await using test = await storeWith(...rows.map((one) => trafficOf([one], NOW_MS - DAY_MS)))
      const [txBytes, rxBytes] = await lost(test.store, ROUTER, ...targets)
      expect(txBytes + rxBytes).toBe(dropped)
    }),
    { numRuns: 15 },
  )
})
