import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { BlockTarget } from '../model/firewall.js'
import { checkGuards, type GuardFacts } from './guard.js'
import { parseTarget } from './target.js'

const FACTS: GuardFacts = {
  ownAddresses: [
    { ip: '192.168.1.5', prefixLength: 24 },
    { ip: '10.9.0.2', prefixLength: 31 },
    { ip: 'fd00::5', prefixLength: 64 },
    { ip: 'fe80::5', prefixLength: 64 },
  ],
  ownMacs: ['aa:bb:cc:00:00:05'],
  routers: ['192.168.1.1', 'fe80::1'],
  dnsServers: ['192.168.1.53', '2620:fe::fe'],
  dhcpServers: ['192.168.1.67'],
  sshPeers: ['192.168.7.9', '2001:db8::9'],
  neighbors: [
    { ip: 'fe80::1', mac: 'aa:bb:cc:00:00:01' },
    { ip: '192.168.1.53', mac: 'aa:bb:cc:00:00:53' },
    { ip: '192.168.7.9', mac: 'aa:bb:cc:00:00:09' },
    { ip: '192.168.1.77', mac: 'aa:bb:cc:00:00:77' },
  ],
  claims: [],
  pinned: [],
  unknownRouters: [],
  isForwarding: false,
  servedLinks: [],
}

function reasonFor(type: 'cidr' | 'mac', text: string, facts = FACTS, overrideMacs: string[] = []): string {
  try {
    checkGuards({ targets: [parseTarget({ type, text })], overrideMacs, quarantine: null }, facts)
  } catch (error) {
    if (error instanceof NetWatcherError && error.code === 'failed_precondition') return error.reason
    throw error
  }
  return 'accepted'
}

test.each([
  ['192.168.1.5', 'TARGET_OWN_ADDRESS'],
  ['192.168.1.4/31', 'TARGET_OWN_ADDRESS'],
  ['192.168.1.0/24', 'TARGET_OWN_ADDRESS'],
  ['fd00::5', 'TARGET_OWN_ADDRESS'],
  ['fd00::/64', 'TARGET_OWN_ADDRESS'],
  ['192.168.1.1', 'TARGET_GATEWAY'],
  ['192.168.1.0/30', 'TARGET_GATEWAY'],
  ['fe80::1', 'TARGET_GATEWAY'],
  ['192.168.1.53', 'TARGET_DNS_SERVER'],
  ['2620:fe::fe', 'TARGET_DNS_SERVER'],
  ['2620:fe::/64', 'TARGET_DNS_SERVER'],
  ['192.168.1.67', 'TARGET_DHCP_SERVER'],
  ['192.168.7.9', 'TARGET_SSH_PEER'],
  ['192.168.7.0/24', 'TARGET_SSH_PEER'],
  ['2001:db8::9', 'TARGET_SSH_PEER'],
  ['192.168.1.255', 'TARGET_BROADCAST'],
  ['192.168.1.128/25', 'TARGET_BROADCAST'],
  ['192.168.1.77', 'accepted'],
  ['192.168.1.72/29', 'accepted'],
  ['10.9.0.3', 'accepted'],
  ['8.8.8.8', 'accepted'],
  ['fd00:0:0:1::/64', 'accepted'],
])('address %s: %s', (text, reason) => {
  expect(reasonFor('cidr', text)).toBe(reason)
})

test.each([
  ['aa:bb:cc:00:00:05', 'TARGET_OWN_MAC'],
  ['AA-BB-CC-00-00-05', 'TARGET_OWN_MAC'],
  ['aa:bb:cc:00:00:01', 'TARGET_GATEWAY'],
  ['aa:bb:cc:00:00:53', 'TARGET_DNS_SERVER'],
  ['aa:bb:cc:00:00:09', 'TARGET_SSH_PEER'],
  ['aa:bb:cc:00:00:77', 'accepted'],
])('MAC %s: %s', (text, reason) => {
  expect(reasonFor('mac', text)).toBe(reason)
})

test('of several targets every one is looked at', () => {
  const check = (targets: BlockTarget[], facts: GuardFacts) => () =>
    checkGuards({ targets, overrideMacs: [], quarantine: null }, facts)
  const harmless = parseTarget({ type: 'cidr', text: '192.168.1.77' })
  const router = parseTarget({ type: 'cidr', text: '192.168.1.1' })
  const mac = parseTarget({ type: 'mac', text: 'aa:bb:cc:00:00:77' })
  expect(check([harmless, mac], FACTS)).not.toThrow()
  expect(check([harmless, router], FACTS)).toThrow(expect.objectContaining({ reason: 'TARGET_GATEWAY' }))
  expect(check([harmless, mac], { ...FACTS, unknownRouters: ['192.168.1.1'] })).toThrow(
    expect.objectContaining({ reason: 'GUARD_FACTS_UNAVAILABLE' }),
  )
})

test('the smallest subnet with a broadcast address has four', () => {
  const facts = { ...FACTS, ownAddresses: [{ ip: '10.9.0.5', prefixLength: 30 }] }
  expect(reasonFor('cidr', '10.9.0.7', facts)).toBe('TARGET_BROADCAST')
})

test('IPv6 of a DNS server that is no router may be blocked', () => {
  const resolver = { ip: 'fe80::53', mac: 'aa:bb:cc:00:00:53' }
  const facts = { ...FACTS, neighbors: [...FACTS.neighbors, resolver] }
  expect(reasonFor('cidr', 'fe80::53', facts)).toBe('accepted')
})

const GATEWAY = '192.168.1.1'
const GENUINE = 'aa:bb:cc:00:00:01'
const LIAR = 'aa:bb:cc:00:00:66'
const HOUR = 3_600_000
/** The liar came an hour ago and has the kernel's table; the genuine one has been silent for a minute. */
const POISONED: GuardFacts = {
  ...FACTS,
  routers: [GATEWAY],
  neighbors: [
    { ip: GATEWAY, mac: LIAR },
    { ip: 'fe80::1', mac: GENUINE },
    { ip: 'fe80::66', mac: LIAR },
    { ip: '192.168.1.66', mac: LIAR },
  ],
  claims: [
    { ip: GATEWAY, mac: LIAR, firstMs: 99 * HOUR, lastMs: 100 * HOUR, isDisputed: true },
    { ip: GATEWAY, mac: GENUINE, firstMs: 0, lastMs: 100 * HOUR - 60_000, isDisputed: true },
  ],
}

test('while the table is poisoned neither claimant of the gateway is blocked', () => {
  expect(reasonFor('mac', GENUINE, POISONED)).toBe('TARGET_GATEWAY')
  expect(reasonFor('mac', LIAR, POISONED)).toBe('TARGET_GATEWAY')
})

test.each([
  ['longest, not first', [90, 91], [91, 100]],
  ['as long, and earlier', [50, 60], [40, 50]],
])('whom nobody overrides has held the gateway %s', (_what, liar, genuine) => {
  const claim = (mac: string, [firstHour = 0, lastHour = 0]: number[]) => {
    return { ip: GATEWAY, mac, firstMs: firstHour * HOUR, lastMs: lastHour * HOUR, isDisputed: true }
  }
  const facts = { ...POISONED, claims: [claim(LIAR, liar), claim(GENUINE, genuine)] }
  expect(reasonFor('mac', GENUINE, facts, [GENUINE])).toBe('TARGET_GATEWAY')
  expect(reasonFor('mac', LIAR, facts, [LIAR])).toBe('accepted')
})

test('whoever held the gateway earlier today is not blocked, though nobody shows it now', () => {
  const before = {
    ip: GATEWAY,
    mac: 'aa:bb:cc:00:00:99',
    firstMs: 80 * HOUR,
    lastMs: 81 * HOUR,
    isDisputed: false,
  }
  const facts = { ...POISONED, claims: [...POISONED.claims, before] }
  expect(reasonFor('mac', before.mac, facts)).toBe('TARGET_GATEWAY')
})

test('the liar is blocked when the owner names it; the longest holder and the pinned one never are', () => {
  expect(reasonFor('mac', LIAR, POISONED, [LIAR])).toBe('accepted')
  expect(reasonFor('mac', LIAR, POISONED, [GENUINE])).toBe('TARGET_GATEWAY')
  expect(reasonFor('mac', GENUINE, POISONED, [GENUINE])).toBe('TARGET_GATEWAY')
  const pinned = { ...POISONED, pinned: [{ ip: GATEWAY, mac: LIAR }] }
  expect(reasonFor('mac', LIAR, pinned, [LIAR])).toBe('TARGET_GATEWAY')
  expect(reasonFor('mac', FACTS.ownMacs[0] ?? '', POISONED, FACTS.ownMacs)).toBe('TARGET_OWN_MAC')
  expect(reasonFor('cidr', GATEWAY, POISONED, [GENUINE, LIAR])).toBe('TARGET_GATEWAY')
})

test('a pinned MAC is refused even if nobody has seen it', () => {
  const facts = { ...FACTS, claims: [], neighbors: [], pinned: [{ ip: GATEWAY, mac: GENUINE }] }
  expect(reasonFor('mac', GENUINE, facts)).toBe('TARGET_GATEWAY')
})

test('the MAC that alone is known for a router cannot be overridden', () => {
  const facts = { ...FACTS, neighbors: [{ ip: GATEWAY, mac: GENUINE }] }
  expect(reasonFor('mac', GENUINE, facts, [GENUINE])).toBe('TARGET_GATEWAY')
})

test('every IPv6 address of a router is refused, whichever the route names', () => {
  expect(reasonFor('cidr', 'fe80::1', POISONED)).toBe('TARGET_GATEWAY')
  expect(reasonFor('cidr', 'fe80::66', POISONED)).toBe('TARGET_GATEWAY')
  expect(reasonFor('cidr', 'fe80::66', POISONED, [LIAR])).toBe('accepted')
  expect(reasonFor('cidr', '192.168.1.66', POISONED)).toBe('accepted')
})

test('no MAC is blocked while a router of ours has none that is known', () => {
  const facts = { ...FACTS, unknownRouters: ['10.0.0.1'] }
  const plan = (type: 'cidr' | 'mac', text: string) => () =>
    checkGuards({ targets: [parseTarget({ type, text })], overrideMacs: [], quarantine: null }, facts)
  expect(plan('mac', 'aa:bb:cc:00:00:77')).toThrow(
    expect.objectContaining({ reason: 'GUARD_FACTS_UNAVAILABLE' }),
  )
  expect(plan('cidr', '192.168.1.77')).not.toThrow()
})
