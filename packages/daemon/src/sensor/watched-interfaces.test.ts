import { text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { InterfaceInfo } from '../model/interface.js'
import { factsOf } from './interface-facts.js'
import { chooseInterfaces } from './watched-interfaces.js'

function info(name: string, changes: Partial<InterfaceInfo> = {}): InterfaceInfo {
  return {
    name,
    mac: '02:00:00:00:00:01',
    isUp: true,
    isLoopback: false,
    isPointToPoint: false,
    hasArp: true,
    mtu: 1500,
    addresses: [{ ip: '10.0.0.1', prefixLength: 24 }],
    gateways: [],
    kind: 'virtual',
    master: '',
    lower: '',
    ...changes,
  }
}

const bridges = Array.from({ length: 20 }, (_, i) =>
  info(`br-${String(i).padStart(2, '0')}`, { kind: 'bridge' }),
)

test('of too many interfaces, those that lead out of the machine come first, and the rest is told', () => {
  const all = [
    ...bridges,
    info('eth1', { kind: 'physical' }),
    info('pair0', { kind: 'pair' }),
    info('zz-uplink', { gateways: ['10.0.0.254'] }),
  ]
  const { watched, leftOut } = chooseInterfaces([], all)
  expect(watched.slice(0, 3)).toEqual(['zz-uplink', 'eth1', 'br-00'])
  expect(watched).toHaveLength(16)
  expect(leftOut.map(({ name }) => name)).toEqual([...bridges.slice(14).map(({ name }) => name), 'pair0'])
  expect(leftOut[0]?.cause).toEqual(text('too_many_interfaces', { count: 16 }))
})

test("the end of a guest's cable in a bridge is never watched of itself, but by name", () => {
  const all = [
    info('veth1', { kind: 'pair', master: 'docker0' }),
    info('vnet0', { kind: 'tap', master: 'br0' }),
  ]
  expect(chooseInterfaces([], all)).toEqual({
    watched: [],
    leftOut: ['veth1', 'vnet0'].map((name) => ({ name, cause: text('guest_port') })),
  })
  expect(chooseInterfaces(['veth1'], all).watched).toEqual(['veth1'])
})

test('a cable to another namespace that is no port of a bridge is the way out of a container', () => {
  expect(chooseInterfaces([], [info('eth0', { kind: 'pair' })]).watched).toEqual(['eth0'])
})

test('sensors are told of all MACs of the machine, and of bridges without a way out', () => {
  const all = [
    info('docker0', { kind: 'bridge', mac: '02:42:00:00:00:01' }),
    info('veth1', { kind: 'pair', master: 'docker0', mac: '02:42:00:00:00:02' }),
    info('br0', { kind: 'bridge', mac: '02:00:00:00:00:05' }),
    info('eth0', { kind: 'physical', master: 'br0', mac: '02:00:00:00:00:05' }),
    info('wg0', { mac: '' }),
  ]
  const facts = Object.fromEntries(
    all.map((one) => [
      one.name,
      factsOf(one, { all, watched: [], isForwarding: false, decoys: [], resolvers: [] }),
    ]),
  )
  expect(facts.wg0?.ownMacs).toEqual(['02:00:00:00:00:05', '02:42:00:00:00:01', '02:42:00:00:00:02'])
  expect(facts.docker0?.isGuestBridge).toBe(true)
  expect(facts.br0?.isGuestBridge).toBe(false)
  expect(facts.eth0?.isGuestBridge).toBe(false)
})

const at = (ip: string) => [{ ip, prefixLength: 24 }]
const ROUTER = [
  info('docker0', { kind: 'bridge', mac: '02:42:00:00:00:01', addresses: at('172.17.0.1') }),
  info('lan0', { mac: '02:00:00:00:00:02', addresses: at('192.168.1.1') }),
  info('lan1', { mac: '02:00:00:00:00:03', addresses: at('192.168.2.1') }),
  info('wan0', { mac: '02:00:00:00:00:04', addresses: at('10.0.0.2'), gateways: ['10.0.0.1'] }),
]

function secondViews(all: InterfaceInfo[], isForwarding: boolean) {
  const watched = all.map(({ name }) => name)
  const facts = all.map(
    (one) => [one.name, factsOf(one, { all, watched, isForwarding, decoys: [], resolvers: [] })] as const,
  )
  return Object.fromEntries(facts.map(([name, { secondView }]) => [name, secondView]))
}

test('what a router passes on counts further out, between equals in the first', () => {
  const { docker0, lan0, lan1, wan0 } = secondViews(ROUTER, true)
  const out = ['0.0.0.0/0', '::/0']
  expect(docker0?.countedThere).toEqual([...out, '192.168.1.0/24', '192.168.2.0/24', '10.0.0.0/24'])
  expect(lan0?.countedThere).toEqual([...out, '10.0.0.0/24'])
  expect(lan1?.countedThere).toEqual([...out, '192.168.1.0/24', '10.0.0.0/24'])
  expect(wan0?.countedThere).toEqual([])
  expect(lan0?.countedHere).toEqual(
    expect.arrayContaining(['192.168.1.0/24', '192.168.2.0/24', '10.0.0.2/32']),
  )
})

test('what does not pass through is counted where it is', () => {
  expect(secondViews(ROUTER, false).lan0).toEqual({
    isWhole: false,
    countedMacs: ['02:42:00:00:00:01', '02:00:00:00:00:03', '02:00:00:00:00:04'],
    countedThere: [],
    countedHere: [],
  })
})

test('ports of a watched bridge, and VLANs on a watched card, are seen there', () => {
  const all = [
    info('br0', { kind: 'bridge' }),
    info('eth0', { kind: 'physical', master: 'br0' }),
    info('eth1', { kind: 'physical' }),
    info('eth1.5', { lower: 'eth1' }),
  ]
  const views = secondViews(all, false)
  expect(Object.entries(views).map(([name, { isWhole }]) => [name, isWhole])).toEqual([
    ['br0', false],
    ['eth0', true],
    ['eth1', false],
    ['eth1.5', true],
  ])
})
