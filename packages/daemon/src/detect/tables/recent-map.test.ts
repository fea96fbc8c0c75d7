import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentMap } from './recent-map.js'

test('what nobody asks for is forgotten, what is asked for stays', () => {
  const map = new RecentMap<number>(1000, 10)
  map.set('a', 1, 0)
  map.set('b', 2, 0)
  for (let nowMs = 0; nowMs <= 5000; nowMs += 900) expect(map.get('a', nowMs)).toBe(1)
  expect(map.get('b', 5000)).toBeUndefined()
  expect(map.status('x')).toEqual({ table: 'x', entries: 1, capacity: 10, evicted: 0, refused: 0 })
  expect(map.get('a', 10_000)).toBeUndefined()
  expect(map.status('x').entries).toBe(0)
})

test('a clock that goes back starts afresh', () => {
  const map = new RecentMap<number>(1000, 10)
  map.set('a', 1, 5000)
  expect(map.get('a', 4999)).toBeUndefined()
  map.set('a', 2, 4999)
  expect(map.get('a', 5900)).toBe(2)
})

test('the bound holds, what is pushed out is counted, and what was used within the span is right', () => {
  const step = fc.record({ key: fc.nat(20).map(String), isSet: fc.boolean(), elapsedMs: fc.nat(300) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 2, max: 30 }), (steps, capacity) => {
      const map = new RecentMap<number>(1000, capacity)
      const used = new Map<string, { value: number; atMs: number }>()
      let nowMs = 0
      for (const [value, { key, isSet, elapsedMs }] of steps.entries()) {
        nowMs += elapsedMs
        if (isSet) {
          map.set(key, value, nowMs)
          used.set(key, { value, atMs: nowMs })
        } else {
          const found = map.get(key, nowMs)
          const known = used.get(key)
          if (found !== undefined) expect(found).toBe(known?.value)
          else if (known && map.status('').evicted === 0)
            expect(nowMs - known.atMs).toBeGreaterThanOrEqual(1000)
          if (found !== undefined && known) known.atMs = nowMs
        }
        expect(map.status('').entries).toBeLessThanOrEqual(capacity)
      }
    }),
  )
})
