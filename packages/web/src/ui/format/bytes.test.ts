import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatPercent, formatRate } from './bytes.js'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [1000, '1 kB'],
  [1536, '1.54 kB'],
  [12_345, '12.3 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [4.2e9, '4.2 GB'],
  [7e18, '7,000 PB'],
  [-5, '0 B'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text)
})

test('rates are in bits per second', () => {
  expect(formatRate(125_000, 'en')).toBe('1 Mbit/s')
  expect(formatRate(0, 'en')).toBe('0 bit/s')
})

test('numbers follow the language', () => {
  expect(formatBytes(1536, 'id')).toBe('1,54 kB')
  expect(formatCount(1_234_567, 'en')).toBe('1,234,567')
  expect(formatCount(1_234_567, 'id')).toBe('1.234.567')
})

test.each([
  [0, 100, '0%'],
  [1, 100_000_000, '< 0.01%'],
  [12, 120_000, '0.01%'],
  [50, 100, '50%'],
  [1, 0, '0%'],
])('%d of %d is %s', (part, whole, text) => {
  expect(formatPercent(part, whole, 'en')).toBe(text)
})
