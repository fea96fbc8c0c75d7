import { expect, test } from 'vitest'
import { Countries } from './countries.js'

test('a table that cannot be read tells no country, is told once, and stops nobody', () => {
  const told: unknown[] = []
  const countries = new Countries(
    () => new Uint8Array(100),
    (error) => told.push(error),
  )
  expect([countries.countryOf('8.8.8.8'), countries.countryOf('1.1.1.1')]).toEqual([null, null])
  expect(told).toHaveLength(1)
})
