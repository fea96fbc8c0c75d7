import { expect, test } from 'vitest'
import {
  concat,
  dhcpv6Address,
  dhcpv6Frame,
  dhcpv6Option,
  hex,
  ipBytes,
  linkLayerDuid,
  neighborAdvertisement,
  routerAdvertisement,
} from '../../wire/fake-frames.js'
import { type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const CLIENT = 'f0:18:98:00:00:55'
const SECOND: FakeHost = { ip: '192.168.1.2', mac: '00:15:5d:00:00:02' }
const SOLICIT = 1
const ADVERTISE = 2
const REQUEST = 3
const REPLY = 7

const linkLocal = ({ mac }: FakeHost) => `fe80::${mac.slice(-2)}`
const toAll = (mac: string, sourceIp: string, group: 'servers' | 'nodes') => ({
  sourceMac: mac,
  destinationMac: group === 'servers' ? '33:33:00:01:00:02' : '33:33:00:00:00:01',
  sourceIp,
  destinationIp: group === 'servers' ? 'ff02::1:2' : 'ff02::1',
})

interface Offer {
  address?: string
  dns?: string
  duid?: Uint8Array
  more?: Uint8Array[]
  type?: number
}

function answer(traffic: FakeTraffic, server: FakeHost, fields: Offer = {}): void {
  const { address = '2001:db8:1::55', dns = '2001:db8:1::1', type = REPLY, more = [] } = fields
  const ends = {
    sourceMac: server.mac,
    destinationMac: CLIENT,
    sourceIp: linkLocal(server),
    destinationIp: 'fe80::55',
  }
  const options = [
    dhcpv6Option(1, linkLayerDuid(CLIENT)),
    dhcpv6Option(2, fields.duid ?? linkLayerDuid(server.mac)),
    ...(address === '' ? [] : [dhcpv6Address(address)]),
    ...(dns === '' ? [] : [dhcpv6Option(23, ipBytes(dns))]),
    ...more,
  ]
  traffic.send(dhcpv6Frame(ends, type, options))
  traffic.wait(2000)
}

function client(traffic: FakeTraffic, type: number, server: FakeHost | null, address?: string): void {
  const options = [dhcpv6Option(1, linkLayerDuid(CLIENT))]
  if (server !== null) options.push(dhcpv6Option(2, linkLayerDuid(server.mac)))
  if (address !== undefined) options.push(dhcpv6Address(address))
  traffic.send(dhcpv6Frame(toAll(CLIENT, 'fe80::55', 'servers'), type, options))
  traffic.wait(1000)
}

function announce(traffic: FakeTraffic, router: FakeHost, flags: number): void {
  traffic.send(routerAdvertisement(toAll(router.mac, linkLocal(router), 'nodes'), { flags }))
}

const verdicts = (traffic: FakeTraffic) =>
  traffic
    .alerts()
    .filter(({ kind }) => kind === 'rogue_dhcp')
    .map(({ severity, macs }) => `${severity} ${macs[0]}`)

test('says nothing of the only server, whether it leases addresses or names DNS servers only', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY, 0xc0)
  answer(traffic, GATEWAY)
  answer(traffic, GATEWAY, { address: '' })
  expect(verdicts(traffic)).toEqual([])
})

test.each<[string, Offer, string]>([
  ['hands out the same', { address: '2001:db8:1::99' }, 'info'],
  ['names other DNS servers', { dns: '2001:db8:66::53' }, 'critical'],
  ['leases addresses of another network', { address: '2001:db8:66::1' }, 'warning'],
  [
    'does so and wants to be taken at once',
    { address: '2001:db8:66::1', more: [dhcpv6Option(7, [255])] },
    'critical',
  ],
  ['leases link-local addresses', { address: 'fe80::c0a8:132' }, 'critical'],
])('judges a second server that %s', (_, offer, severity) => {
  const traffic = new FakeTraffic()
  answer(traffic, GATEWAY)
  answer(traffic, MALLORY, { type: ADVERTISE, ...offer })
  expect(verdicts(traffic)).toEqual([`${severity} ${MALLORY.mac}`])
})

test('accuses the only server when it leases what nobody can use', () => {
  for (const address of ['fe80::c0a8:132', '::']) {
    const traffic = new FakeTraffic()
    answer(traffic, MALLORY, { address, dns: linkLocal(MALLORY) })
    expect(verdicts(traffic)).toEqual([`critical ${MALLORY.mac}`])
  }
})

test('sees a useless lease in what the client asks for, where answers do not pass', () => {
  for (const others of [[], [GATEWAY]]) {
    const traffic = new FakeTraffic()
    for (const server of others) answer(traffic, server)
    client(traffic, SOLICIT, null)
    client(traffic, REQUEST, MALLORY, 'fe80::c0a8:132')
    expect(verdicts(traffic)).toEqual([`critical ${MALLORY.mac}`])
  }
})

test('warns of a server where the router says that there is none', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY, 0)
  answer(traffic, SECOND)
  expect(verdicts(traffic)).toEqual([`warning ${SECOND.mac}`])
  const itself = new FakeTraffic()
  announce(itself, GATEWAY, 0)
  answer(itself, GATEWAY)
  expect(verdicts(itself)).toEqual([])
})

test('learns of the second server from the client that chose it, unless it remembers another network', () => {
  const traffic = new FakeTraffic()
  for (const server of [GATEWAY, MALLORY]) {
    client(traffic, SOLICIT, null)
    client(traffic, REQUEST, server)
  }
  expect(verdicts(traffic)).toEqual([`warning ${MALLORY.mac}`])
  const roamer = new FakeTraffic()
  answer(roamer, GATEWAY)
  client(roamer, REQUEST, SECOND)
  expect(verdicts(roamer)).toEqual([])
})

test('lets one machine have two identifiers: a new installation, or a relay before two servers', () => {
  const traffic = new FakeTraffic()
  answer(traffic, GATEWAY)
  answer(traffic, GATEWAY, { duid: hex('0004 00112233445566778899aabbccddeeff'), dns: '2001:db8:9::1' })
  expect(verdicts(traffic)).toEqual([])
})

test('leaves out what hands out nothing: refusals, addresses taken back, prefixes for routers behind', () => {
  const traffic = new FakeTraffic()
  answer(traffic, GATEWAY)
  answer(traffic, SECOND, { address: '', dns: '', more: [dhcpv6Address('2001:db8:66::1', 0)] })
  answer(traffic, MALLORY, { address: '', dns: '2001:db8:66::53', more: [dhcpv6Option(13, [0, 2])] })
  const prefix = dhcpv6Option(26, concat(new Uint8Array(8), [56], ipBytes('2001:db8:7::')))
  answer(traffic, SECOND, { address: '', more: [dhcpv6Option(25, concat(new Uint8Array(12), prefix))] })
  expect(verdicts(traffic)).toEqual([])
})

test('takes what it meets while learning for granted', () => {
  const traffic = new FakeTraffic({}, { learningMs: 60_000 })
  answer(traffic, GATEWAY)
  answer(traffic, SECOND, { dns: '2001:db8:2::53' })
  traffic.wait(120_000)
  answer(traffic, SECOND, { dns: '2001:db8:2::53' })
  expect(verdicts(traffic)).toEqual([])
})

const randomMac = (i: number) =>
  `02:${[i, i * 7, i * 13, i >> 8, i].map((octet) => (octet & 0xff).toString(16).padStart(2, '0')).join(':')}`
const starvation = (traffic: FakeTraffic) =>
  traffic.loud().filter((alert) => alert.startsWith('dhcp_starvation'))

function solicit(traffic: FakeTraffic, mac: string, duidMac: string): void {
  const ends = toAll(mac, `fe80::${duidMac.slice(-5).replace(':', '')}`, 'servers')
  traffic.send(dhcpv6Frame(ends, SOLICIT, [dhcpv6Option(1, linkLayerDuid(duidMac))]))
}

test('finds invented clients, and one station with many identifiers', () => {
  const clients = new FakeTraffic()
  for (let i = 1; i < 60; i++) solicit(clients, randomMac(i), randomMac(i))
  expect(starvation(clients)).toEqual(['dhcp_starvation/warning'])
  const identities = new FakeTraffic()
  for (let i = 1; i < 60; i++) solicit(identities, MALLORY.mac, randomMac(i))
  expect(starvation(identities)).toContain('dhcp_starvation/warning')
})

test('lets a class room be switched on: real hosts look for neighbours', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i < 60; i++) {
    const ip = `fe80::${i.toString(16)}`
    traffic.send(neighborAdvertisement(toAll(randomMac(i), ip, 'nodes'), ip, 0x20, randomMac(i)))
    solicit(traffic, randomMac(i), randomMac(i))
  }
  expect(starvation(traffic)).toEqual([])
})

test('tells the name that a client gives itself, not what a server makes of it', () => {
  const traffic = new FakeTraffic()
  const name = (label: string) =>
    dhcpv6Option(39, concat([0, label.length], new TextEncoder().encode(label), [0]))
  const names: string[] = []
  const drain = traffic.engine.drain.bind(traffic.engine)
  traffic.engine.drain = (options) => {
    const output = drain(options)
    names.push(...output.names.map((sighting) => `${sighting.source} ${sighting.mac} ${sighting.name}`))
    return output
  }
  const options = [dhcpv6Option(1, linkLayerDuid(CLIENT)), name('laptop')]
  traffic.send(dhcpv6Frame(toAll(CLIENT, 'fe80::55', 'servers'), SOLICIT, options))
  answer(traffic, GATEWAY, { more: [name('other')] })
  expect(names).toEqual([`dhcp ${CLIENT} laptop`])
})
