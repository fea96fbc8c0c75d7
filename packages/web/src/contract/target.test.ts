import { expect, test } from 'vitest'
import { isConfirmation, parseTarget, parseTargets } from './target.js'

test.each([
  ['192.168.1.5', { cidr: '192.168.1.5' }],
  ['192.168.1.0/28', { cidr: '192.168.1.0/28' }],
  ['FE80:0::1', { cidr: 'fe80::1' }],
  ['AA-BB-CC-00-11-22', { mac: 'aa:bb:cc:00:11:22' }],
])('%j is %o', (text, target) => {
  expect(parseTarget(text)).toEqual(target)
})

test.each([
  '',
  'router.local',
  '010.0.0.1',
  '10.1',
  '192.168.1.5/24',
  '::ffff:10.0.0.1',
  '-j ACCEPT',
  '10.0.0.1,10.0.0.2',
  '1.2.3.4/33',
])('%j is refused', (text) => {
  expect(parseTarget(text)).toBeNull()
})

const TARGETS = ['aa:bb:cc:dd:ee:01', 'fe80::1']
const NAMES = ['Laptop of Ann', 'Büro']

test.each([
  'aa:bb:cc:dd:ee:01',
  ' AA-BB-CC-DD-EE-01 ',
  'aabb.ccdd.ee01',
  'AABBCCDDEE01',
  'FE80:0::1',
  'laptop of ann',
  'bu\u0308ro',
])('%j confirms', (typed) => {
  expect(isConfirmation(typed, TARGETS, NAMES)).toBe(true)
})

test.each(['', ' ', 'aa:bb:cc:dd:ee:02', 'fe80::2', 'fe80::1/128', 'Laptop', 'Laptop of Ann and Bob'])(
  '%j does not',
  (typed) => {
    expect(isConfirmation(typed, TARGETS, NAMES)).toBe(false)
  },
)

test('nobody is confirmed by the name of another address', () => {
  expect(isConfirmation('192.168.1.1', ['192.168.1.66'], ['192.168.1.1'])).toBe(false)
})

test('several targets are read together, each once, and all of them must be sound', () => {
  expect(parseTargets(' 192.168.1.5, AA-BB-CC-00-11-22\naa:bb:cc:00:11:22 ')).toEqual([
    '192.168.1.5',
    'aa:bb:cc:00:11:22',
  ])
  expect(parseTargets('192.168.1.5 router')).toBeNull()
  expect(parseTargets(' ,')).toBeNull()
})
