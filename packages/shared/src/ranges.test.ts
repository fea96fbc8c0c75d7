import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cidrContains, cidrLast } from './cidr.js'
import { formatIp, isLinkLocalIp } from './ip.js'
import { isLocalIp, isPrivateIp, isUniqueLocalIp, RANGES, type RangeName, rangesOf } from './ranges.js'

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

const QUESTIONS: [(ip: string) => boolean, RangeName[]][] = [
  [isUniqueLocalIp, ['unique_local']],
  [isLinkLocalIp, ['link_local']],
  [isPrivateIp, ['private_use', 'shared_space', 'unique_local']],
  [isLocalIp, ['private_use', 'shared_space', 'unique_local', 'link_local']],
]
const EDGES = Object.values(RANGES).flatMap((texts) => texts.map((text) => text.split('/')[0] ?? ''))

/** Any address, most of them in a range or just beside one. */
const anyIp = fc
  .oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc
      .tuple(
        fc.constantFrom(...rangesOf('private_use', 'shared_space', 'unique_local', 'link_local')),
        fc.nat(255),
        fc.nat(3),
      )
      .map(([{ network }, value, at]) => network.map((byte, i) => (i === at ? value : byte))),
  )
  .map((bytes) => formatIp(bytes))

test.each(QUESTIONS)('%o answers as the table', (isOne, names) => {
  const ranges = rangesOf(...names)
  const expected = (ip: string) => ranges.some((range) => cidrContains(range, ip))
  for (const range of ranges) expect(isOne(cidrLast(range))).toBe(true)
  for (const ip of EDGES) expect([ip, isOne(ip)]).toEqual([ip, expected(ip)])
  fc.assert(fc.property(anyIp, (ip) => void expect(isOne(ip)).toBe(expected(ip))))
})
