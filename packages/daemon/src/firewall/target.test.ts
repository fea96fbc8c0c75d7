import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { BlockRequest } from '../model/firewall.js'
import { checkRequest, parseTarget } from './target.js'

function reasonOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof NetWatcherError && error.code === 'invalid_argument') return error.reason
    throw error
  }
  return 'accepted'
}

test.each([
  // Spellings that iptables or inet_aton read as something else.
  ['010.0.0.1', 'TARGET_INVALID'],
  ['0x0a000001', 'TARGET_INVALID'],
  ['1', 'TARGET_INVALID'],
  ['10.1', 'TARGET_INVALID'],
  ['10.0.0.1,10.0.0.2', 'TARGET_INVALID'],
  [' 10.0.0.1', 'TARGET_INVALID'],
  ['10.0.0.1 ', 'TARGET_INVALID'],
  ['10.0.0.1\n-A INPUT -j ACCEPT', 'TARGET_INVALID'],
  ['10.0.0.1\0', 'TARGET_INVALID'],
  ['10.0.0.256', 'TARGET_INVALID'],
  ['１０.0.0.1', 'TARGET_INVALID'],
  ['10.0.0.0/255.255.255.0', 'TARGET_INVALID'],
  ['10.0.0.1/032', 'TARGET_INVALID'],
  ['10.0.0.1/33', 'TARGET_INVALID'],
  ['10.0.0.1/-1', 'TARGET_INVALID'],
  ['10.0.0.1/', 'TARGET_INVALID'],
  ['10.0.0.1/32/32', 'TARGET_INVALID'],
  ['example.com', 'TARGET_INVALID'],
  ['-j', 'TARGET_INVALID'],
  ['--help', 'TARGET_INVALID'],
  ['!10.0.0.1', 'TARGET_INVALID'],
  ['', 'TARGET_INVALID'],
  ['$(id)', 'TARGET_INVALID'],
  ['fe80::1%eth0', 'TARGET_INVALID'],
  ['[fe80::1]', 'TARGET_INVALID'],
  ['1:2:3:4:5:6:7:8:9', 'TARGET_INVALID'],
  ['fd00::1::2', 'TARGET_INVALID'],
  ['fd00::12345', 'TARGET_INVALID'],
  ['fd00::1/129', 'TARGET_INVALID'],
  ['f'.repeat(100_000), 'TARGET_INVALID'],
  // Prefixes that say one thing and cover another.
  ['10.0.0.1/24', 'TARGET_HOST_BITS'],
  ['fd00::1/64', 'TARGET_HOST_BITS'],
  // Everything, and more than one subnet.
  ['0.0.0.0/0', 'TARGET_TOO_WIDE'],
  ['::/0', 'TARGET_TOO_WIDE'],
  ['10.0.0.0/23', 'TARGET_TOO_WIDE'],
  ['10.0.0.0/8', 'TARGET_TOO_WIDE'],
  ['fd00::/63', 'TARGET_TOO_WIDE'],
  // What is never a device.
  ['127.0.0.1', 'TARGET_LOOPBACK'],
  ['127.255.0.0/24', 'TARGET_LOOPBACK'],
  ['::1', 'TARGET_LOOPBACK'],
  ['0.0.0.0', 'TARGET_UNSPECIFIED'],
  ['0.1.2.3', 'TARGET_UNSPECIFIED'],
  ['::', 'TARGET_UNSPECIFIED'],
  ['224.0.0.251', 'TARGET_MULTICAST'],
  ['239.1.2.0/24', 'TARGET_MULTICAST'],
  ['ff02::1', 'TARGET_MULTICAST'],
  ['ff02::/64', 'TARGET_MULTICAST'],
  ['255.255.255.255', 'TARGET_BROADCAST'],
  ['255.255.255.0/24', 'TARGET_BROADCAST'],
  ['::ffff:10.0.0.1', 'TARGET_IPV4_MAPPED'],
  ['::ffff:a00:1', 'TARGET_IPV4_MAPPED'],
  ['::ffff:0:0/96', 'TARGET_IPV4_MAPPED'],
])('address %j is refused: %s', (text, reason) => {
  expect(reasonOf(() => parseTarget({ type: 'cidr', text }))).toBe(reason)
})

test.each([
  ['ff:ff:ff:ff:ff:ff', 'TARGET_GROUP_MAC'],
  ['01:00:5e:00:00:fb', 'TARGET_GROUP_MAC'],
  ['33:33:00:00:00:01', 'TARGET_GROUP_MAC'],
  ['00:00:00:00:00:00', 'TARGET_ZERO_MAC'],
  ['aa:bb:cc:dd:ee', 'TARGET_INVALID'],
  ['aa:bb:cc:dd:ee:ff:00', 'TARGET_INVALID'],
  ['aabb.ccdd.eeff', 'TARGET_INVALID'],
  ['aa:bb:cc:dd:ee:0g', 'TARGET_INVALID'],
  ['aa:bb:cc:dd:ee:01 -j ACCEPT', 'TARGET_INVALID'],
  ['', 'TARGET_INVALID'],
  ['10.0.0.1', 'TARGET_INVALID'],
])('MAC %j is refused: %s', (text, reason) => {
  expect(reasonOf(() => parseTarget({ type: 'mac', text }))).toBe(reason)
})

test.each([
  ['cidr', '10.0.0.7', '10.0.0.7'],
  ['cidr', '10.0.0.7/32', '10.0.0.7'],
  ['cidr', '10.0.0.0/24', '10.0.0.0/24'],
  ['cidr', '10.0.0.128/25', '10.0.0.128/25'],
  ['cidr', 'FD00:0:0::0001', 'fd00::1'],
  ['cidr', 'fd00:0:0:1::/64', 'fd00:0:0:1::/64'],
  ['mac', 'AA-BB-CC-DD-EE-01', 'aa:bb:cc:dd:ee:01'],
] as const)('%s %s becomes %s', (type, text, canonical) => {
  expect(parseTarget({ type, text })).toEqual({ type, text: canonical })
})

const REQUEST: BlockRequest = {
  targets: [{ type: 'cidr', text: '10.0.0.7' }],
  overrideMacs: [],
  lifetimeSeconds: 3600,
  confirmSeconds: 30,
  reason: 'noisy',
  schedule: null,
  policy: null,
}

test.each<[Partial<BlockRequest>, string]>([
  [{ targets: [null] }, 'TARGET_MISSING'],
  [{ targets: [] }, 'TARGET_MISSING'],
  [{ targets: [...REQUEST.targets, { type: 'mac', text: 'x' }] }, 'TARGET_INVALID'],
  [{ targets: Array.from({ length: 33 }, () => null) }, 'TOO_MANY_TARGETS'],
  [{ overrideMacs: ['x'] }, 'TARGET_INVALID'],
  [{ overrideMacs: Array.from({ length: 33 }, () => 'aa:bb:cc:dd:ee:01') }, 'TOO_MANY_OVERRIDES'],
  [{ lifetimeSeconds: 59 }, 'LIFETIME_OUT_OF_RANGE'],
  [{ lifetimeSeconds: 604_801 }, 'LIFETIME_OUT_OF_RANGE'],
  [{ lifetimeSeconds: 0 }, 'LIFETIME_OUT_OF_RANGE'],
  [{ lifetimeSeconds: 100.5 }, 'LIFETIME_OUT_OF_RANGE'],
  [{ lifetimeSeconds: Number.NaN }, 'LIFETIME_OUT_OF_RANGE'],
  [{ confirmSeconds: 9 }, 'CONFIRM_TIME_OUT_OF_RANGE'],
  [{ confirmSeconds: 601 }, 'CONFIRM_TIME_OUT_OF_RANGE'],
  [{ reason: 'x'.repeat(201) }, 'REASON_TOO_LONG'],
  [{ reason: 'two\nlines' }, 'REASON_UNPRINTABLE'],
  [{ reason: 'right-to-left \u202e' }, 'REASON_UNPRINTABLE'],
])('request with %j is refused: %s', (change, reason) => {
  expect(reasonOf(() => checkRequest({ ...REQUEST, ...change }))).toBe(reason)
})

test('the time to confirm is a minute unless it is given', () => {
  expect(checkRequest({ ...REQUEST, confirmSeconds: 0 }).confirmMs).toBe(60_000)
  expect(checkRequest(REQUEST)).toMatchObject({ confirmMs: 30_000, lifetimeMs: 3_600_000 })
})
