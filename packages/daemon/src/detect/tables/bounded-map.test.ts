import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.js'

test('the least recently used goes first', () => {
  const map = new BoundedMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect([map.peek('a'), map.peek('b'), map.peek('c')]).toEqual([1, undefined, 3])
  expect(map.evicted).toBe(1)
})

test('what is proven survives a flood', () => {
  const map = new BoundedMap<number>(10)
  map.set('real', 1)
  map.prove('real')
  for (let i = 0; i < 1000; i++) map.set(`fake-${i}`, i)
  expect(map.get('real')).toBe(1)
  expect(map.size).toBe(10)
})

test('a flood of proofs takes no more than half', () => {
  const map = new BoundedMap<number>(10)
  for (let i = 0; i < 1000; i++) {
    map.set(`key-${i}`, i)
    map.prove(`key-${i}`)
  }
  map.set('new', 1)
  expect(map.size).toBe(10)
  expect(map.get('new')).toBe(1)
})

test('the bound holds for any use, and what is there is right', () => {
  const step = fc.record({
    key: fc.nat(30).map(String),
    action: fc.constantFrom('set', 'get', 'prove', 'delete'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new BoundedMap<string>(8)
      for (const { key, action } of steps) {
        if (action === 'set') map.set(key, key)
        else if (action === 'get') expect(map.get(key) ?? key).toBe(key)
        else if (action === 'prove') map.prove(key)
        else map.delete(key)
        expect(map.size).toBeLessThanOrEqual(8)
        expect([...map.values()]).toHaveLength(map.size)
      }
    }),
  )
})
