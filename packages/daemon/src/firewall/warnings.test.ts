import { isKnownRule } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { GuardFacts } from './guard.js'
import { parseTarget } from './target.js'
import { blockWarnings } from './warnings.js'

const FACTS: GuardFacts = {
  ownAddresses: [],
  ownMacs: [],
  routers: [],
  dnsServers: [],
  dhcpServers: [],
  sshPeers: [],
  neighbors: [
    { ip: '192.168.1.77', mac: 'aa:bb:cc:00:00:77' },
    { ip: 'fd00::77', mac: 'aa:bb:cc:00:00:77' },
    { ip: '192.168.1.78', mac: '00:bb:cc:00:00:78' },
  ],
  claims: [],
  pinned: [],
  unknownRouters: [],
  isForwarding: false,
  servedLinks: [],
}

const ONCE = { schedule: null, quarantine: null, lifetimeMs: 60_000 }

function warnings(changes: Partial<GuardFacts>, ...texts: string[]): Record<string, Record<string, string>> {
  const targets = texts.map((text) =>
    parseTarget({ type: text.split(':').length === 6 ? 'mac' : 'cidr', text }),
  )
  const found = blockWarnings({ targets, overrideMacs: [], ...ONCE }, { ...FACTS, ...changes })
  return Object.fromEntries(found.map(({ rule, params }) => [rule, params]))
}

test('a machine that is not a gateway does not cut a device off', () => {
  expect(warnings({}, '192.168.1.77')).toHaveProperty('block_scope_own', { targets: '192.168.1.77' })
  expect(warnings({ isForwarding: true }, '192.168.1.77')).toHaveProperty('block_scope_aside')
  const servedLinks = [{ interface: 'eth1', subnets: ['192.168.1.0/24'] }]
  expect(warnings({ isForwarding: true, servedLinks }, '192.168.1.77')).toHaveProperty(
    'block_scope_forwarding',
  )
})

test('an address block leaves the other addresses of the device, which are named unless they are blocked, too', () => {
  expect(warnings({}, '192.168.1.77')).toHaveProperty('block_address_others.ips', 'fd00::77')
  expect(warnings({}, '192.168.1.78')).not.toHaveProperty('block_address_others')
  expect(warnings({}, '192.168.1.77', 'fd00::77')).not.toHaveProperty('block_address_others')
  expect(warnings({}, '192.168.1.77', 'aa:bb:cc:00:00:77')).not.toHaveProperty('block_address_others')
})

test('a prefix names the neighbours it covers', () => {
  const expected = { target: '192.168.1.0/24', count: '2', ips: '192.168.1.77, 192.168.1.78' }
  expect(warnings({}, '192.168.1.0/24')).toHaveProperty('block_prefix_neighbors', expected)
  expect(warnings({}, '10.0.0.0/24')).toHaveProperty('block_prefix', { target: '10.0.0.0/24' })
})

test('a MAC block names the addresses, and says when the MAC may change', () => {
  const found = warnings({}, 'aa:bb:cc:00:00:77')
  expect(found).toHaveProperty('block_mac_answers.ips', '192.168.1.77, fd00::77')
  expect(found).toHaveProperty('block_mac_private')
  expect(warnings({}, '00:bb:cc:00:00:78')).not.toHaveProperty('block_mac_private')
})

test('a disputed binding of a protected address names its claimants', () => {
  const claim = { ip: '192.168.1.1', firstMs: 0, lastMs: 1, isDisputed: true }
  const claims = ['aa:bb:cc:00:00:01', 'aa:bb:cc:00:00:66'].map((mac) => ({ ...claim, mac }))
  expect(warnings({ claims }, '10.0.0.7')).toHaveProperty('binding_disputed', {
    ip: '192.168.1.1',
    macs: 'aa:bb:cc:00:00:01, aa:bb:cc:00:00:66',
  })
})

test('a resolver on this machine hides whom it asks', () => {
  expect(warnings({ dnsServers: ['127.0.0.1'] }, '10.0.0.7')).toHaveProperty(
    'resolver_local.ips',
    '127.0.0.1',
  )
  expect(warnings({ dnsServers: ['9.9.9.9'] }, '10.0.0.7')).not.toHaveProperty('resolver_local')
})

test('every warning has a sentence', () => {
  const facts = { ...FACTS, dnsServers: ['127.0.0.1'] }
  const targets = [parseTarget({ type: 'mac', text: 'aa:bb:cc:00:00:77' })]
  for (const { rule } of blockWarnings({ targets, overrideMacs: [], ...ONCE }, facts))
    expect([rule, isKnownRule(rule)]).toEqual([rule, true])
})
