import { expect, test } from 'vitest'
import { encodeEchoRequest } from '../../wire/encode-ip.js'
import { concat, dhcpFrame, ipBytes } from '../../wire/fake-frames.js'
import { type FakeHost, FakeTraffic, GATEWAY, MALLORY } from '../engine/fake-traffic.js'

const CLIENT = 'f0:18:98:00:00:55'
const SECOND: FakeHost = { ip: '192.168.1.2', mac: '00:15:5d:00:00:02' }

interface Offer {
  router?: string
  dns?: string
  serverId?: string
  yourIp?: string
  relayIp?: string
  client?: string
  transactionId?: number
  messageType?: number
  more?: [number, Uint8Array][]
}

function offer(traffic: FakeTraffic, server: FakeHost, fields: Offer = {}): void {
  const ends = {
    sourceMac: server.mac,
    destinationMac: CLIENT,
    sourceIp: server.ip,
    destinationIp: '192.168.1.55',
  }
  traffic.send(
    dhcpFrame(ends, {
      operation: 2,
      messageType: fields.messageType ?? 2,
      clientMac: fields.client ?? CLIENT,
      transactionId: fields.transactionId ?? 0,
      yourIp: fields.yourIp ?? '192.168.1.55',
      relayIp: fields.relayIp ?? '0.0.0.0',
      options: [
        [54, ipBytes(fields.serverId ?? server.ip)],
        [3, ipBytes(fields.router ?? GATEWAY.ip)],
        [6, ipBytes(fields.dns ?? GATEWAY.ip)],
        ...(fields.more ?? []),
      ],
    }),
  )
}

const discover = (traffic: FakeTraffic) => traffic.dhcpClient(1, CLIENT, [])
const choose = (traffic: FakeTraffic, serverId: string) =>
  traffic.dhcpClient(3, CLIENT, [
    [50, ipBytes('192.168.1.55')],
    [54, ipBytes(serverId)],
  ])
const severities = (traffic: FakeTraffic) =>
  traffic
    .alerts()
    .filter(({ kind }) => kind === 'rogue_dhcp')
    .map(({ severity, ip, macs }) => `${severity} ${ip} ${macs[0] ?? ''}`.trim())

test('accuses a second server that names itself as the router', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  offer(traffic, GATEWAY)
  offer(traffic, MALLORY, { router: MALLORY.ip, dns: MALLORY.ip })
  expect(severities(traffic)).toEqual([`critical ${MALLORY.ip} ${MALLORY.mac}`])
})

test('notes a redundant server that says the same', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  offer(traffic, GATEWAY)
  offer(traffic, SECOND)
  expect(severities(traffic)).toEqual([`info ${SECOND.ip} ${SECOND.mac}`])
})

test('learns of the second server from the client that chose it', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (const serverId of [GATEWAY.ip, MALLORY.ip]) {
    discover(traffic)
    choose(traffic, serverId)
    traffic.wait(20_000)
  }
  expect(severities(traffic)).toEqual([`warning ${MALLORY.ip} ${MALLORY.mac}`])
})

test('does not trust the memory of a client that came from another network', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  choose(traffic, GATEWAY.ip)
  traffic.wait(120_000)
  choose(traffic, '192.168.8.1')
  expect(severities(traffic)).toEqual([])
})

test('lets one relay stand for several servers', () => {
  const traffic = new FakeTraffic()
  for (const serverId of ['10.0.0.1', '10.0.0.2']) offer(traffic, GATEWAY, { serverId, relayIp: GATEWAY.ip })
  expect(severities(traffic)).toEqual([])
})

test('ignores servers that only help to boot from the network', () => {
  const traffic = new FakeTraffic()
  offer(traffic, GATEWAY)
  offer(traffic, SECOND, { yourIp: '0.0.0.0', router: SECOND.ip })
  expect(severities(traffic)).toEqual([])
})

test('sees through a borrowed server identifier', () => {
  const traffic = new FakeTraffic()
  offer(traffic, GATEWAY)
  offer(traffic, MALLORY, { serverId: GATEWAY.ip, router: MALLORY.ip })
  expect(severities(traffic)).toEqual([`critical ${GATEWAY.ip} ${MALLORY.mac}`])
  expect(traffic.alerts().find(({ kind }) => kind === 'rogue_dhcp')?.parties).toMatchObject([
    { role: 'suspect', mac: MALLORY.mac },
    { role: 'holder', mac: GATEWAY.mac },
    { role: 'affected', mac: CLIENT },
  ])
})

test('lets a server be replaced by another machine under the same address', () => {
  const traffic = new FakeTraffic()
  offer(traffic, GATEWAY, { dns: '9.9.9.9' })
  traffic.wait(60_000)
  offer(traffic, { ip: GATEWAY.ip, mac: SECOND.mac })
  expect(severities(traffic)).toEqual([])
})

test('takes what it meets while learning for granted', () => {
  const traffic = new FakeTraffic({}, { learningMs: 60_000 })
  discover(traffic)
  offer(traffic, GATEWAY)
  traffic.wait(30_000)
  offer(traffic, SECOND, { dns: SECOND.ip })
  traffic.wait(60_000)
  offer(traffic, SECOND, { dns: SECOND.ip })
  expect(severities(traffic)).toEqual([])
})

test('recognises the slower server by its check whether the address is free', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  const check = {
    sourceMac: GATEWAY.mac,
    destinationMac: CLIENT,
    sourceIp: GATEWAY.ip,
    destinationIp: '192.168.1.100',
  }
  traffic.send(encodeEchoRequest(check, { identifier: 1, sequence: 0 }))
  offer(traffic, MALLORY)
  expect(severities(traffic)).toEqual([`warning ${MALLORY.ip} ${MALLORY.mac}`])
})

test('does not take a monitor that always pings for a server', () => {
  const traffic = new FakeTraffic()
  const ping = {
    sourceMac: SECOND.mac,
    destinationMac: CLIENT,
    sourceIp: SECOND.ip,
    destinationIp: '192.168.1.100',
  }
  traffic.send(encodeEchoRequest(ping, { identifier: 1, sequence: 0 }))
  traffic.wait(10_000)
  discover(traffic)
  traffic.send(encodeEchoRequest(ping, { identifier: 1, sequence: 1 }))
  offer(traffic, GATEWAY)
  expect(severities(traffic)).toEqual([])
})

const rules = (traffic: FakeTraffic) =>
  traffic
    .alerts()
    .filter(({ kind }) => kind === 'rogue_dhcp')
    .flatMap(({ reasonsFor, reasonsAgainst }) => [...reasonsFor, ...reasonsAgainst].map(({ rule }) => rule))

test('still knows the genuine server, and finds a rogue one, after many invented identifiers', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  offer(traffic, GATEWAY)
  for (let i = 0; i < 50; i++) {
    discover(traffic)
    choose(traffic, `10.9.${i}.1`)
    traffic.wait(100)
  }
  offer(traffic, MALLORY, { router: MALLORY.ip })
  expect(severities(traffic)).toContain(`critical ${MALLORY.ip} ${MALLORY.mac}`)
  const [table] = traffic.engine.tables().filter((status) => status.table === 'dhcp_servers')
  expect(table).toMatchObject({ entries: 32, refused: 0 })
  expect(table?.evicted).toBeGreaterThan(10)
})

const throughItself = concat([1, 0], ipBytes(MALLORY.ip), [1, 128], ipBytes(MALLORY.ip))

test.each([121, 249])('finds routes that a forged identifier adds (option %i)', (option) => {
  const traffic = new FakeTraffic()
  discover(traffic)
  offer(traffic, GATEWAY)
  const forged = { ip: GATEWAY.ip, mac: MALLORY.mac }
  offer(traffic, forged, { more: [[option, throughItself]] })
  expect(severities(traffic)).toEqual([`critical ${GATEWAY.ip} ${MALLORY.mac}`])
  expect(rules(traffic)).toEqual(['borrowed_identifier', 'other_routes'])
})

test('a static route that a server hands to those clients that ask for it is no contradiction', () => {
  const traffic = new FakeTraffic()
  const route: [number, Uint8Array] = [121, concat([8, 10], ipBytes(GATEWAY.ip))]
  offer(traffic, GATEWAY, { more: [route] })
  offer(traffic, GATEWAY)
  offer(traffic, SECOND, { more: [route] })
  expect(severities(traffic)).toEqual([`info ${SECOND.ip} ${SECOND.mac}`])
})

test('finds who refuses in the name of the server, and lets the server refuse', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  offer(traffic, GATEWAY)
  offer(traffic, GATEWAY, { messageType: 6, yourIp: '0.0.0.0' })
  expect(severities(traffic)).toEqual([])
  offer(traffic, { ip: GATEWAY.ip, mac: MALLORY.mac }, { messageType: 6, yourIp: '0.0.0.0' })
  expect(severities(traffic)).toEqual([`critical ${GATEWAY.ip} ${MALLORY.mac}`])
  expect(rules(traffic)).toEqual(['refused_in_its_name'])
})

test('two MACs that answer one question differently under one identifier are told of, a repeated message is not', () => {
  const traffic = new FakeTraffic()
  const other = { ip: GATEWAY.ip, mac: SECOND.mac }
  for (const yourIp of ['192.168.1.70', '192.168.1.71']) {
    offer(traffic, GATEWAY, { yourIp })
    offer(traffic, other, { yourIp })
    traffic.wait(5000)
  }
  expect(severities(traffic)).toEqual([])
  for (const yourIp of ['192.168.1.72', '192.168.1.73', '192.168.1.74']) {
    offer(traffic, other, { yourIp: yourIp.replace('.7', '.8') })
    offer(traffic, GATEWAY, { yourIp })
    traffic.wait(5000)
  }
  expect(severities(traffic)).toEqual([`warning ${GATEWAY.ip} ${SECOND.mac}`])
})

test('one machine may serve from two cards, each in transactions of its own', () => {
  const traffic = new FakeTraffic()
  const other = { ip: GATEWAY.ip, mac: SECOND.mac }
  for (let i = 0; i < 6; i++) {
    offer(traffic, i % 2 === 0 ? GATEWAY : other, { transactionId: i, yourIp: `192.168.1.${70 + i}` })
    traffic.wait(5000)
  }
  expect(severities(traffic)).toEqual([])
})

test('a service that moves is a warning with that explanation, until the old server speaks again', () => {
  const traffic = new FakeTraffic()
  offer(traffic, GATEWAY)
  traffic.wait(30_000)
  offer(traffic, SECOND, { dns: SECOND.ip })
  expect(severities(traffic)).toEqual([`warning ${SECOND.ip} ${SECOND.mac}`])
  expect(rules(traffic)).toContain('service_moved')
  traffic.wait(5000)
  offer(traffic, GATEWAY, { yourIp: '192.168.1.60' })
  offer(traffic, SECOND, { dns: SECOND.ip, yourIp: '192.168.1.60' })
  expect(severities(traffic)).toEqual([`critical ${SECOND.ip} ${SECOND.mac}`])
})

test('a proxy script from a station that leases nothing is an attack, from the server it is not', () => {
  const traffic = new FakeTraffic()
  const script: [number, Uint8Array][] = [[252, new TextEncoder().encode('http://192.168.1.66/wpad.dat')]]
  offer(traffic, GATEWAY)
  offer(traffic, GATEWAY, { messageType: 5, yourIp: '0.0.0.0', more: script })
  expect(severities(traffic)).toEqual([])
  expect(traffic.alerts().find(({ kind }) => kind === 'wpad_offered')).toMatchObject({
    severity: 'info',
    reasonsFor: [{ rule: 'proxy_offered' }],
  })
  offer(traffic, MALLORY, { messageType: 5, yourIp: '0.0.0.0', more: script })
  expect(severities(traffic)).toEqual([`critical ${MALLORY.ip} ${MALLORY.mac}`])
  expect(rules(traffic)).toEqual(['proxy_without_lease'])
})

test('a gateway that serves beside another server, out of view, is a note', () => {
  const traffic = new FakeTraffic({ gateways: [GATEWAY.ip] })
  traffic.settle()
  for (const serverId of [SECOND.ip, GATEWAY.ip]) {
    discover(traffic)
    choose(traffic, serverId)
    traffic.wait(5000)
  }
  expect(severities(traffic)).toEqual([`info ${GATEWAY.ip} ${GATEWAY.mac}`])
})

test.each([1, 3])(
  'a pair of servers divides its clients, as an ordinary port shows it, %i at a time',
  (runs) => {
    const traffic = new FakeTraffic()
    const servers = [SECOND, { ip: '192.168.1.3', mac: '00:15:5d:00:00:03' }]
    traffic.settle()
    for (const server of servers) traffic.resolve(server, GATEWAY)
    for (let i = 0; i < 12; i++) {
      discover(traffic)
      choose(traffic, servers[Math.floor(i / runs) % 2]?.ip ?? '')
      traffic.wait(20_000)
    }
    expect(severities(traffic)).toEqual(['info 192.168.1.3 00:15:5d:00:00:03'])
  },
)

test('a server that only clients name is a warning where another has served for a while', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  traffic.resolve(SECOND, GATEWAY)
  for (let i = 0; i < 12; i++) {
    discover(traffic)
    choose(traffic, i < 8 ? SECOND.ip : MALLORY.ip)
    traffic.wait(50_000)
  }
  expect(severities(traffic)).toEqual([`warning ${MALLORY.ip} ${MALLORY.mac}`])
})

test('a server that becomes a gateway only later is not spared for being one', () => {
  const traffic = new FakeTraffic()
  discover(traffic)
  offer(traffic, GATEWAY)
  choose(traffic, MALLORY.ip)
  // As when its victims use it: the learner takes it for a gateway now.
  offer(traffic, GATEWAY, { router: MALLORY.ip })
  traffic.wait(2000)
  discover(traffic)
  choose(traffic, MALLORY.ip)
  // Repeats are told only now and then.
  traffic.wait(6000)
  const alert = traffic.alerts().find(({ kind, ip }) => kind === 'rogue_dhcp' && ip === MALLORY.ip)
  expect(alert).toMatchObject({ severity: 'warning', count: 2 })
  expect(alert?.reasonsAgainst.map(({ rule }) => rule)).toEqual(['offer_not_seen'])
})
