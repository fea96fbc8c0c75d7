import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteRing } from './byte-ring.js'

test('whatever its lengths, every string is held until it is freed, the oldest first', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 })
  fc.assert(
    fc.property(lengths, (all) => {
      const ring = new ByteRing(100)
      const held: { place: number; bytes: Uint8Array }[] = []
      for (const [i, length] of all.entries()) {
        const bytes = new Uint8Array(length).fill(i)
        let place = ring.push(bytes)
        for (; place === null; place = ring.push(bytes)) {
          expect(held.shift()).toBeDefined()
          ring.freeBefore(held[0]?.place ?? null)
        }
        held.push({ place, bytes })
        for (const one of held) expect(ring.read(one.place, one.bytes.length)).toEqual(one.bytes)
      }
    }),
  )
})

test('all of its memory is used', () => {
  const ring = new ByteRing(30)
  const places = [10, 10, 10, 10].map((length) => ring.push(new Uint8Array(length)))
  expect(places).toEqual([0, 10, 20, null])
  ring.freeBefore(10)
  // A string that filled the gap to the last byte would make a full ring look like an empty one.
  expect([ring.push(new Uint8Array(10)), ring.push(new Uint8Array(9))]).toEqual([null, 0])
  ring.freeBefore(null)
  expect(ring.push(new Uint8Array(30))).toBe(0)
})
