import { expect, test } from 'vitest'
import { randomFrom, tally } from '../bench/soak/tally.mjs'

const slots = [1, 2, 3].map((slot) => ({
  slot,
  fromMs: slot * 10_000,
  toMs: slot * 10_000 + 1000,
  sent: 100,
}))
const all = new Map([
  [1, 100],
  [2, 100],
  [3, 100],
])

test('what is stored in full is neither told nor lost', () => {
  expect(tally(slots, all, [])).toMatchObject({ sent: 300, stored: 300, told: 0, lost: 0, twice: 0 })
})

test('what is short is lost, unless a span that was told overlaps it', () => {
  const short = new Map([...all, [2, 40]])
  expect(tally(slots, short, [])).toMatchObject({ lost: 60, unexplained: [{ slot: 2, found: 40 }] })
  expect(tally(slots, short, [{ fromMs: 20_900, toMs: 22_000 }])).toMatchObject({ told: 60, lost: 0 })
  expect(tally(slots, short, [{ fromMs: 22_000, toMs: 29_000 }])).toMatchObject({ told: 0, lost: 60 })
})

test('of frames that the kernel dropped no more are excused than it told', () => {
  const short = new Map([...all, [1, 93], [2, 95]])
  const dropped = (frames: number) => [{ fromMs: 9000, toMs: 22_000, frames }]
  expect(tally(slots, short, dropped(12))).toMatchObject({ told: 12, lost: 0 })
  expect(tally(slots, short, dropped(11))).toMatchObject({ told: 7, lost: 5 })
})

test('what is counted twice is never excused', () => {
  const twice = new Map([...all, [3, 105]])
  expect(tally(slots, twice, [{ fromMs: 0, toMs: 99_000 }])).toMatchObject({ twice: 5, lost: 0 })
})

test('a seed gives the same numbers again', () => {
  const [a, b] = [randomFrom(7), randomFrom(7)]
  const numbers = Array.from({ length: 100 }, () => a())
  expect(numbers).toEqual(Array.from({ length: 100 }, () => b()))
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  expect(new Set(numbers).size).toBe(100)
})
