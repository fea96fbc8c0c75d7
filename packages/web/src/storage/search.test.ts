import { expect, test } from 'vitest'
import { macPattern, wordsOf } from './search.js'

test('words are what stands between spaces', () => {
  expect(wordsOf('  kitchen\tlamp ')).toEqual(['kitchen', 'lamp'])
  expect(wordsOf('%')).toEqual(['%'])
})

test.each([
  ['aa:bb', '%aa:bb%'],
  ['aa-bb-c', '%aa:bb:c%'],
  ['AABB.cc', '%AA:BB:cc%'],
  ['aabb.ccdd.eeff', '%aa:bb:cc:dd:ee:ff%'],
  ['aabbccddeeff', '%aa:bb:cc:dd:ee:ff%'],
  ['aabbc', '%aa:bb:c%'],
  ['cab', '%cab%'],
  ['10.0', '%10.0%'],
  ['192.168.1.20', '%192.168.1.20%'],
  ['fe80::1', '%fe80::1%'],
  ['a_b', '%a\\_b%'],
])('%s is looked for in MACs as %s', (word, pattern) => {
  expect(macPattern(word)).toBe(pattern)
})
