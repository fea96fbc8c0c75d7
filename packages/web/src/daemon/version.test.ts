import { expect, test } from 'vitest'
import { worksWith } from './version.js'

test.each([
  ['1.4.2', '1.4.0', true],
  ['1.4.2', '1.3.9', true],
  ['1.4.2', '1.5.0-rc.1', true],
  ['1.4.2', '1.2.9', false],
  ['1.4.2', '1.6.0', false],
  ['1.0.0', '0.9.0', false],
  ['1.0.0', '2.0.0', false],
  ['1.0.0', '', false],
  ['1.0.0', 'newest', false],
])('%s and %s: %s', (own, other, works) => {
  expect(worksWith(own, other)).toBe(works)
  expect(worksWith(other, own)).toBe(works)
})
