import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
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
  gateways: ['192.168.1.1', 'fe80::1'],
  dnsServers: ['192.168.1.53', '2620:fe::fe'],
  sshPeers: ['192.168.7.9', '2001:db8::9'],
  neighbors: [
    { ip: 'fe80::1', mac: 'aa:bb:cc:00:00:01' },
    { ip: '192.168.1.53', mac: 'aa:bb:cc:00:00:53' },
    { ip: '192.168.7.9', mac: 'aa:bb:cc:00:00:09' },
    { ip: '192.168.1.77', mac: 'aa:bb:cc:00:00:77' },
  ],
  isForwarding: false,
}

function reasonFor(type: 'cidr' | 'mac', text: string, facts = FACTS): string {
  try {
    checkGuards(parseTarget({ type, text }), facts)
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
  ['192.168.7.9', 'TARGET_SSH_PEER'],
  ['192.168.7.0/24', 'TARGET_SSH_PEER'],
  ['2001:db8::9', 'TARGET_SSH_PEER'],
  ['192.168.1.255', 'TARGET_BROADCAST'],
  ['192.168.1.128/25', 'TARGET_BROADCAST'],
  ['192.168.1.77', 'accepted'],
  ['192.168.1.64/27', 'accepted'],
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
