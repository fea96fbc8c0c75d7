import { expect, test } from 'vitest'
import { chooseTargets } from './targets.js'

const OWN = [{ ip: '192.168.1.5', prefixLength: 24 }]

function choose(target: string | string[], addresses = OWN, allowLarge = false, maxAddresses = 65_536) {
  const targets = [target].flat().filter((one) => one !== '')
  return chooseTargets({ targets, addresses, allowLarge, maxAddresses })
}

test.each<[string, string, ReturnType<typeof choose>]>([
  ['nothing given: the subnet', '', { type: 'targets', targets: ['192.168.1.0/24'], leftOut: [] }],
  ['a part of it', '192.168.1.128/25', { type: 'targets', targets: ['192.168.1.128/25'], leftOut: [] }],
  ['one address', '192.168.1.7', { type: 'targets', targets: ['192.168.1.7/32'], leftOut: [] }],
])('%s', (_, target, expected) => {
  expect(choose(target)).toEqual(expected)
})

test.each([
  ['8.8.8.0/24', 'TARGET_NOT_ON_LINK'],
  ['192.168.0.0/16', 'TARGET_NOT_ON_LINK'],
  ['0.0.0.0/0', 'TARGET_NOT_ON_LINK'],
  ['fd00::/64', 'TARGET_INVALID'],
  ['-oN/etc/passwd', 'TARGET_INVALID'],
  ['192.168.01.0/24', 'TARGET_INVALID'],
  ['192.168.1.0/33', 'TARGET_INVALID'],
])('%s is refused: %s', (target, reason) => {
  expect(choose(target)).toMatchObject({ type: 'refused', reason })
})

test('more than a /22 needs permission, and has a bound with it', () => {
  const wide = [{ ip: '10.0.0.1', prefixLength: 20 }]
  const huge = [{ ip: '10.0.0.1', prefixLength: 8 }]
  expect(choose('', wide)).toMatchObject({ type: 'refused', reason: 'TARGET_TOO_WIDE' })
  expect(choose('', wide, true)).toMatchObject({ type: 'targets', targets: ['10.0.0.0/20'] })
  expect(choose('10.0.4.0/22', wide)).toMatchObject({ type: 'targets', targets: ['10.0.4.0/22'] })
  expect(choose('', huge, true)).toMatchObject({ type: 'refused', reason: 'TARGET_TOO_WIDE' })
})

test.each([
  ['', [{ ip: '10.0.0.1', prefixLength: 20 }], 2048],
  ['', [{ ip: '10.0.0.1', prefixLength: 23 }], 256],
  ['10.0.0.0/20', [{ ip: '10.0.0.1', prefixLength: 8 }], 2048],
])('what no permission helps is said so, with the setting: %s of %j, at most %d', (target, own, max) => {
  const targets = target || `10.0.0.0/${own[0]?.prefixLength}`
  const said = { rule: 'scan_too_wide', params: { targets, limit: String(max) } }
  for (const allowLarge of [false, true]) {
    expect(choose(target, own, allowLarge, max)).toMatchObject({ reason: 'TARGET_TOO_WIDE', said })
  }
  expect(choose(target, own, false, 8192)).not.toHaveProperty('said')
})

test('of several subnets the wide one is left out and named', () => {
  expect(choose('', [...OWN, { ip: '10.0.0.1', prefixLength: 8 }])).toEqual({
    type: 'targets',
    targets: ['192.168.1.0/24'],
    leftOut: ['10.0.0.0/8'],
  })
})

test('an interface with IPv6 only has nothing to sweep, which is no error', () => {
  expect(choose('', [{ ip: 'fd00::1', prefixLength: 64 }])).toEqual({
    type: 'targets',
    targets: [],
    leftOut: [],
  })
})

test('several targets are taken together: what one covers is asked once, and the limit is for all', () => {
  const wide = [{ ip: '10.0.0.1', prefixLength: 16 }]
  expect(choose(['10.0.0.9', '10.0.0.0/24', '10.0.0.0/24', '10.0.1.7'], wide)).toEqual({
    type: 'targets',
    targets: ['10.0.0.0/24', '10.0.1.7/32'],
    leftOut: [],
  })
  const halves = ['10.0.0.0/22', '10.0.4.0/24']
  expect(choose(halves, wide)).toMatchObject({ type: 'refused', reason: 'TARGET_TOO_WIDE' })
  expect(choose(halves, wide, true)).toMatchObject({ type: 'targets', targets: halves })
  expect(choose(['10.0.0.9', '8.8.8.8'], wide)).toMatchObject({ reason: 'TARGET_NOT_ON_LINK' })
})
