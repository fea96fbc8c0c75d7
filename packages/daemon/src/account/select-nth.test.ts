import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectNth } from './select-nth.js'

test('it is what sorting would put there', () => {
  const number = fc.oneof(fc.nat(3), fc.nat())
  const list = fc.array(number, { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(list, fc.nat(), (values, seed) => {
      const index = seed % values.length
      const sorted = Float64Array.from(values).sort()
      expect(selectNth(Float64Array.from(values), index)).toBe(sorted[index])
    }),
  )
})

test('of very many equal values too', () => {
  expect(selectNth(new Float64Array(100_000).fill(60), 95_904)).toBe(60)
})
