import { expect, test } from 'vitest'
import type { GuardFacts } from './guard.js'
import { blockWarnings } from './warnings.js'

const FACTS: GuardFacts = {
  ownAddresses: [],
  ownMacs: [],
  gateways: [],
  dnsServers: [],
  sshPeers: [],
  neighbors: [
    { ip: '192.168.1.77', mac: 'aa:bb:cc:00:00:77' },
    { ip: 'fd00::77', mac: 'aa:bb:cc:00:00:77' },
    { ip: '192.168.1.78', mac: '00:bb:cc:00:00:78' },
  ],
  isForwarding: false,
}

function warnings(type: 'cidr' | 'mac', text: string, isForwarding = false): string {
  return blockWarnings({ type, text }, { ...FACTS, isForwarding }).join('\n')
}

test('a machine that is not a gateway does not cut a device off', () => {
  expect(warnings('cidr', '192.168.1.77')).toContain('keeps its internet access')
  expect(warnings('cidr', '192.168.1.77', true)).not.toContain('keeps its internet access')
})

test('an address block leaves the other addresses of the device, which are named', () => {
  expect(warnings('cidr', '192.168.1.77')).toContain('seen at the same MAC: fd00::77.')
  expect(warnings('cidr', '192.168.1.78')).not.toContain('seen at the same MAC')
})

test('a prefix names the neighbours it covers', () => {
  expect(warnings('cidr', '192.168.1.0/24')).toContain('2 known neighbours: 192.168.1.77, 192.168.1.78.')
  expect(warnings('cidr', '10.0.0.0/24')).toContain('more than one address')
})

test('a MAC block names the addresses, and says when the MAC may change', () => {
  expect(warnings('mac', 'aa:bb:cc:00:00:77')).toContain('192.168.1.77, fd00::77')
  expect(warnings('mac', 'aa:bb:cc:00:00:77')).toContain('private (random)')
  expect(warnings('mac', '00:bb:cc:00:00:78')).not.toContain('private (random)')
})
