import { expect, test } from 'vitest'
import { isPrivateIp } from './private-address.js'

test.each([
  ['10.0.0.1', true],
  ['100.64.0.1', true],
  ['100.127.255.255', true],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['192.168.0.1', true],
  ['fd12:3456::1', true],
  ['fc00::1', true],
  ['11.0.0.1', false],
  ['100.63.0.1', false],
  ['100.128.0.1', false],
  ['172.15.0.1', false],
  ['172.32.0.1', false],
  ['192.169.0.1', false],
  ['fe80::1', false],
  ['2001:db8::1', false],
  ['fd::1', false],
])('%s is private: %s', (ip, expected) => {
  expect(isPrivateIp(ip)).toBe(expected)
})
