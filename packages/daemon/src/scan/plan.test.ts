import { compareIp } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseTargets } from '../discovery/targets.js'
import { ipv4Number, ipv4Text, planScan } from './plan.js'

/** Park-Miller: the same order for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 0x7fffffff
    return state / 0x7fffffff
  }
}

function order(targets: string[], addresses: { ip: string; prefixLength: number }[], seed = 1): string[] {
  return Array.from(planScan(targets, { addresses, gateways: [] }, seeded(seed)).order, ipv4Text)
}

const OWN = [{ ip: '192.168.1.5', prefixLength: 24 }]

test('a /24 is 253 addresses: without network, broadcast and our own', () => {
  const asked = order(['192.168.1.0/24'], OWN)
  expect(asked).toHaveLength(253)
  expect(new Set(asked).size).toBe(253)
  for (const ip of ['192.168.1.0', '192.168.1.255', '192.168.1.5']) expect(asked).not.toContain(ip)
  expect(planScan(['192.168.1.0/24'], { addresses: OWN, gateways: [] }, seeded(1)).own).toEqual([
    '192.168.1.5',
  ])
})

test('the real netmask says what is a broadcast address, not the target', () => {
  const own = [{ ip: '10.0.0.5', prefixLength: 23 }]
  expect(order(['10.0.0.252/30'], own).sort(compareIp)).toEqual([
    '10.0.0.252',
    '10.0.0.253',
    '10.0.0.254',
    '10.0.0.255',
  ])
  expect(order(['10.0.1.252/30'], own)).not.toContain('10.0.1.255')
})

test('a /31 has two hosts, a /32 only ourselves', () => {
  expect(order(['10.0.0.0/31'], [{ ip: '10.0.0.0', prefixLength: 31 }])).toEqual(['10.0.0.1'])
  const alone = planScan(
    ['10.0.0.9/32'],
    { addresses: [{ ip: '10.0.0.9', prefixLength: 32 }], gateways: [] },
    seeded(1),
  )
  expect(Array.from(alone.order)).toEqual([])
  expect(alone.own).toEqual(['10.0.0.9'])
})

test('the order is random, and the same for the same seed', () => {
  const first = order(['192.168.1.0/24'], OWN, 7)
  expect(order(['192.168.1.0/24'], OWN, 7)).toEqual(first)
  expect(order(['192.168.1.0/24'], OWN, 8)).not.toEqual(first)
  expect([...first].sort(compareIp)).not.toEqual(first)
})

test('each question is sent from our address in the subnet asked about', () => {
  const own = [
    { ip: '10.0.0.1', prefixLength: 8 },
    { ip: '10.1.0.1', prefixLength: 16 },
    { ip: 'fd00::1', prefixLength: 64 },
  ]
  const plan = planScan(['10.1.2.0/24', '10.2.2.0/24'], { addresses: own, gateways: [] }, seeded(1))
  expect(plan.order).toHaveLength(512)
  expect(plan.senderFor(ipv4Number('10.1.2.3'))).toBe('10.1.0.1')
  expect(plan.senderFor(ipv4Number('10.2.2.3'))).toBe('10.0.0.1')
})

/** The same by the plainest means: every address of 10.0.0.0/22 against every subnet. */
function everyHost(own: { ip: string; prefixLength: number }[]): string[] {
  const subnets = own.map(({ ip, prefixLength }) => {
    const size = 2 ** (32 - prefixLength)
    const first = Math.floor(ipv4Number(ip) / size) * size
    return { first, last: first + size - 1, size }
  })
  const ownNumbers = own.map(({ ip }) => ipv4Number(ip))
  const hosts: string[] = []
  for (let address = ipv4Number('10.0.0.0'); address <= ipv4Number('10.0.3.255'); address++) {
    const around = subnets.filter(({ first, last }) => first <= address && address <= last)
    const smallest = around.sort((a, b) => a.size - b.size)[0]
    if (!smallest || ownNumbers.includes(address)) continue
    if (smallest.size > 2 && (address === smallest.first || address === smallest.last)) continue
    hosts.push(ipv4Text(address))
  }
  return hosts
}

test('whatever the subnets: every host once, no address of ours, none outside', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const address = fc.record({
    ip: fc
      .tuple(fc.constant(10), fc.constant(0), fc.integer({ min: 0, max: 3 }), octet)
      .map((octets) => octets.join('.')),
    prefixLength: fc.integer({ min: 22, max: 32 }),
  })
  fc.assert(
    fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1 }), (own, seed) => {
      const choice = chooseTargets({ targets: [], addresses: own, allowLarge: false, maxAddresses: 65_536 })
      const targets = choice.type === 'targets' ? choice.targets : []
      expect(order(targets, own, seed).sort(compareIp)).toEqual(everyHost(own))
    }),
    { numRuns: 25 },
  )
})

test('the gateway is asked first, so that a router which answers for all is known by its own address', () => {
  const facts = { addresses: OWN, gateways: ['fe80::1', '192.168.1.200', '10.9.9.9'] }
  const order = Array.from(planScan(['192.168.1.0/24'], facts, seeded(1)).order, ipv4Text)
  expect(order[0]).toBe('192.168.1.200')
  expect(new Set(order).size).toBe(order.length)
})
