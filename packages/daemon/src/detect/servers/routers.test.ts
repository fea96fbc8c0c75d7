import { expect, test } from 'vitest'
import { encodeIcmpv6 } from '../../wire/encode-ip.js'
import {
  bareNeighborSolicitation,
  concat,
  hex,
  ipBytes,
  neighborAdvertisement,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
  targetLinkOption,
} from '../../wire/fake-frames.js'
import { ALICE, BOB, type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const PREFIX = '2001:db8:1::'

interface Announcement {
  source?: string
  flags?: number
  lifetimeSeconds?: number
  prefixes?: string[]
  dns?: string
  route?: Uint8Array
}

const toAll = (mac: string, sourceIp: string) => ({
  sourceMac: mac,
  destinationMac: '33:33:00:00:00:01',
  sourceIp,
  destinationIp: 'ff02::1',
})
const linkLocal = ({ ip }: FakeHost) => `fe80::${ip.split('.')[3]}`

function announce(traffic: FakeTraffic, router: FakeHost, fields: Announcement = {}): void {
  const options = [
    sourceLinkOption(router.mac),
    ...(fields.prefixes ?? [PREFIX]).map((prefix) => prefixOption(prefix)),
  ]
  if (fields.dns) options.push(concat(hex('19 03 0000 00000e10'), ipBytes(fields.dns)))
  if (fields.route) options.push(fields.route)
  const { flags = 0, lifetimeSeconds = 1800 } = fields
  const ends = toAll(router.mac, fields.source ?? linkLocal(router))
  traffic.send(routerAdvertisement(ends, { flags, lifetimeSeconds, options }))
  traffic.wait(10_000)
}

const verdicts = (traffic: FakeTraffic) =>
  traffic
    .alerts()
    .filter(({ kind }) => ['new_router', 'rogue_ra', 'ra_flood'].includes(kind))
    .map(({ kind, severity, macs }) => `${kind}/${severity} ${macs[0] ?? ''}`.trim())

test('notes the only router', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY)
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`])
})

test('says nothing of routers that were there while it learnt', () => {
  const traffic = new FakeTraffic({}, { learningMs: 60_000 })
  announce(traffic, GATEWAY)
  traffic.wait(60_000)
  expect(verdicts(traffic)).toEqual([])
})

test.each<[string, Announcement, string]>([
  ['says the same with low preference', { flags: 0x18 }, 'new_router/info'],
  ['brings a prefix of its own', { prefixes: ['2001:db8:2::'] }, 'new_router/warning'],
  ['names its own DNS server', { dns: 'fe80::20' }, 'new_router/warning'],
  ['pushes itself forward', { flags: 0x08 }, 'rogue_ra/critical'],
  [
    'only wants to be asked for names',
    { lifetimeSeconds: 0, prefixes: [], dns: '2001:db8::66' },
    'rogue_ra/critical',
  ],
  [
    'claims the way to half the internet',
    { route: hex('18 02 03 00 00000e10 2000000000000000') },
    'rogue_ra/critical',
  ],
  [
    'connects a home automation network',
    { lifetimeSeconds: 0, prefixes: [], route: hex('18 02 40 00 00000e10 fd00000100020003') },
    'new_router/info',
  ],
])('judges a second router that %s', (_, fields, expected) => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY)
  announce(traffic, BOB, fields)
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`, `${expected} ${BOB.mac}`])
})

test('accuses a host that turns into a router', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY)
  traffic.dhcpClient(1, MALLORY.mac, [])
  announce(traffic, MALLORY)
  announce(traffic, MALLORY, { prefixes: ['2001:db8:bad::'] })
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`, `rogue_ra/critical ${MALLORY.mac}`])
})

test('its own advertisements make no host a gateway for IPv4', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  announce(traffic, GATEWAY)
  traffic.dhcpClient(1, MALLORY.mac, [])
  announce(traffic, MALLORY)
  announce(traffic, MALLORY, { dns: 'fe80::66' })
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`, `rogue_ra/critical ${MALLORY.mac}`])
})

/** The only IPv6 router, where hosts ask for another one as their gateway for IPv4. */
function alone(router: FakeHost, fields: Announcement, pauseMs: number): FakeTraffic {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.resolve(ALICE, GATEWAY)
  for (let i = 0; i < 6; i++) {
    const options = (fields.prefixes ?? [PREFIX]).map((prefix) => prefixOption(prefix))
    const { flags = 0, lifetimeSeconds = 1800 } = fields
    traffic.send(
      routerAdvertisement(toAll(router.mac, linkLocal(router)), { flags, lifetimeSeconds, options }),
    )
    traffic.wait(pauseMs)
  }
  return traffic
}

test.each<[string, FakeHost, Announcement, number, string]>([
  ['an ordinary one that is not the gateway', BOB, {}, 10_000, 'new_router/info'],
  ['one that is not the gateway and puts itself first', MALLORY, { flags: 0x08 }, 10_000, 'rogue_ra/warning'],
  ['one that also hurries', MALLORY, { flags: 0x08 }, 1000, 'rogue_ra/critical'],
  [
    'one that only sends hosts to a DHCPv6 server',
    MALLORY,
    { flags: 0x80, lifetimeSeconds: 0, prefixes: [] },
    30_000,
    'rogue_ra/warning',
  ],
  ['the gateway, whatever it announces', GATEWAY, { flags: 0x08 }, 10_000, 'new_router/info'],
])('judges the only router: %s', (_, router, fields, pauseMs, expected) => {
  expect(verdicts(alone(router, fields, pauseMs)).at(-1)).toBe(`${expected} ${router.mac}`)
})

test('does not call a router hasty that answers hosts, or is seen twice', () => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.resolve(ALICE, GATEWAY)
  const solicitation = concat([133, 0, 0, 0, 0, 0, 0, 0], sourceLinkOption(ALICE.mac))
  const ends = toAll(BOB.mac, linkLocal(BOB))
  for (let i = 0; i < 8; i++) {
    traffic.send(encodeIcmpv6(toAll(ALICE.mac, linkLocal(ALICE)), solicitation.slice(), 255))
    traffic.send(routerAdvertisement(ends, { flags: 0x08 }))
    traffic.wait(40)
    traffic.send(routerAdvertisement(ends, { flags: 0x08 }))
    traffic.wait(1000)
  }
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'rogue_ra')
  expect(alert?.reasonsFor.map(({ rule }) => rule)).toEqual([
    'router_appeared',
    'not_the_gateway',
    'high_preference',
  ])
})

test('forgives a router that solicited routers while it booted', () => {
  const traffic = new FakeTraffic()
  const solicitation = concat([133, 0, 0, 0, 0, 0, 0, 0], sourceLinkOption(GATEWAY.mac))
  traffic.send(encodeIcmpv6(toAll(GATEWAY.mac, linkLocal(GATEWAY)), solicitation, 255))
  announce(traffic, GATEWAY)
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`])
})

test('finds a router that is declared dead by somebody else', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY)
  announce(traffic, MALLORY, { source: linkLocal(GATEWAY), lifetimeSeconds: 0 })
  expect(verdicts(traffic)).toContain(`rogue_ra/critical ${MALLORY.mac}`)
})

test('finds a router that is declared dead under its own MAC', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 3; i++) {
    announce(traffic, GATEWAY)
    announce(traffic, GATEWAY, { lifetimeSeconds: 0 })
  }
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`, `rogue_ra/critical ${GATEWAY.mac}`])
})

test('lets a router restart', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 3; i++) announce(traffic, GATEWAY)
  for (let i = 0; i < 3; i++) announce(traffic, GATEWAY, { lifetimeSeconds: 0 })
  for (let i = 0; i < 3; i++) announce(traffic, GATEWAY)
  expect(verdicts(traffic)).toEqual([`new_router/info ${GATEWAY.mac}`])
})

test('finds floods of routers and of prefixes without an alert for each', () => {
  const traffic = new FakeTraffic()
  for (let i = 0; i < 300; i++) {
    const mac = `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`
    const ends = toAll(mac, `fe80::${(i + 1).toString(16)}`)
    traffic.send(routerAdvertisement(ends, { options: [prefixOption(`2001:db8:${i.toString(16)}::`)] }))
  }
  expect(traffic.loud()).toContain('ra_flood/critical')
  expect(verdicts(traffic).length).toBeLessThan(10)
})

const CLIENT = 'f0:18:98:aa:bb:cc'
const WANTED = 'fe80::f218:98ff:feaa:bbcc'
const tentative = (target: string, mac = CLIENT) => bareNeighborSolicitation(toAll(mac, '::'), target)
const denial = (target: string, mac: string) => neighborAdvertisement(toAll(mac, target), target, 0x20, mac)
const denials = (traffic: FakeTraffic) => traffic.loud().filter((alert) => alert.startsWith('dad_dos'))

test('accuses who denies a host the address made from its own MAC', () => {
  const traffic = new FakeTraffic()
  traffic.send(tentative(WANTED))
  traffic.send(denial(WANTED, MALLORY.mac))
  expect(denials(traffic)).toEqual(['dad_dos/critical'])
})

test('counts a competing probe as a denial', () => {
  const traffic = new FakeTraffic()
  traffic.send(tentative(WANTED))
  traffic.send(tentative(WANTED, MALLORY.mac))
  expect(denials(traffic)).toEqual(['dad_dos/critical'])
})

test('warns of one denied hand-written address, and accuses at the second', () => {
  const traffic = new FakeTraffic()
  traffic.send(tentative('2001:db8:1::10'))
  traffic.send(denial('2001:db8:1::10', MALLORY.mac))
  expect(denials(traffic)).toEqual(['dad_dos/warning'])
  traffic.send(tentative('2001:db8:1::11'))
  traffic.send(denial('2001:db8:1::11', MALLORY.mac))
  expect(denials(traffic).sort()).toEqual(['dad_dos/critical', 'dad_dos/warning'])
})

test('lets an owner defend its address, and a host hear its own probe again', () => {
  const traffic = new FakeTraffic()
  traffic.send(denial(WANTED, BOB.mac))
  traffic.wait(20_000)
  traffic.send(tentative(WANTED))
  traffic.send(denial(WANTED, BOB.mac))
  traffic.send(tentative('fe80::1234:5678:9abc:def0'))
  traffic.send(denial('fe80::1234:5678:9abc:def0', CLIENT))
  expect(denials(traffic)).toEqual([])
})

const redirect6 = (mac: string, source: string) =>
  encodeIcmpv6(
    { sourceMac: mac, destinationMac: ALICE.mac, sourceIp: source, destinationIp: linkLocal(ALICE) },
    concat(
      [137, 0, 0, 0, 0, 0, 0, 0],
      ipBytes('fe80::66'),
      ipBytes('2001:4860::8888'),
      targetLinkOption(MALLORY.mac),
    ),
    255,
  )

test('judges IPv6 redirects by who sends them', () => {
  const honest = new FakeTraffic()
  announce(honest, GATEWAY)
  honest.send(redirect6(GATEWAY.mac, linkLocal(GATEWAY)))
  expect(honest.loud()).toEqual([])
  expect(honest.kinds()).toContain('icmp_redirect')
  const forged = new FakeTraffic()
  announce(forged, GATEWAY)
  forged.send(redirect6(MALLORY.mac, linkLocal(GATEWAY)))
  expect(forged.loud()).toContain('icmp_redirect/critical')
})

test('sees through a redirect that is forged in every field by where it leads', () => {
  const traffic = new FakeTraffic()
  announce(traffic, GATEWAY)
  const solicitation = concat([133, 0, 0, 0, 0, 0, 0, 0], sourceLinkOption(MALLORY.mac))
  traffic.send(encodeIcmpv6(toAll(MALLORY.mac, linkLocal(MALLORY)), solicitation, 255))
  traffic.send(redirect6(GATEWAY.mac, linkLocal(GATEWAY)))
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'icmp_redirect')
  expect(alert).toMatchObject({
    severity: 'warning',
    reasonsFor: [{ rule: 'redirect' }, { rule: 'to_a_host' }],
  })
})
