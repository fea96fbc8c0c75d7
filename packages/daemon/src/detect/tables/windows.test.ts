import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DistinctWindow, RateWindow, Throttle } from './windows.js'

test('counts different values within the window', () => {
  const window = new DistinctWindow(1000, 10)
  expect([window.add('a', 0), window.add('b', 500), window.add('a', 900), window.add('c', 1400)]).toEqual([
    1, 2, 2, 3,
  ])
  expect(window.size(1500)).toBe(2)
  expect(window.size(5000)).toBe(0)
})

test('keeps the newest when full, and starts afresh when the clock goes back', () => {
  const window = new DistinctWindow(1000, 2)
  for (const value of ['a', 'b', 'c']) window.add(value, 100)
  expect([...window.values()]).toEqual(['b', 'c'])
  expect(window.add('d', 50)).toBe(1)
})

test('a distinct window agrees with a plain list', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(400))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const window = new DistinctWindow(1000, 100)
      const seen: [string, number][] = []
      let nowMs = 0
      for (const [value, elapsedMs] of steps) {
        nowMs += elapsedMs
        seen.push([value, nowMs])
        const recent = seen.filter(([, atMs]) => nowMs - atMs < 1000).map(([name]) => name)
        expect(window.add(value, nowMs)).toBe(new Set(recent).size)
      }
    }),
  )
})

test('counts events of the last window', () => {
  const rate = new RateWindow(1000)
  for (let i = 0; i < 10; i++) rate.add(i * 100)
  expect(rate.add(999)).toBe(11)
  expect(rate.add(1500)).toBe(6)
  expect(rate.add(5000)).toBe(1)
})

test('a throttle lets through once per interval', () => {
  const throttle = new Throttle(1000)
  expect([0, 10, 999, 1000, 1500, 2000].map((nowMs) => throttle.isDue(nowMs))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ])
  expect(throttle.isDue(100)).toBe(true)
})
