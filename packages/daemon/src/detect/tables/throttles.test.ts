import { expect, test } from 'vitest'
import { Throttles } from './throttles.js'

test('each key passes once per interval, also after the clock has gone back', () => {
  const throttles = new Throttles(1000, 10)
  const asked: [string, number][] = [
    ['a', 0],
    ['a', 999],
    ['b', 999],
    ['a', 1000],
    ['b', 1500],
    ['a', 500],
  ]
  expect(asked.map(([key, nowMs]) => throttles.isDue(key, nowMs))).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
  ])
})

test('who was met longest ago is forgotten, and passes again', () => {
  const throttles = new Throttles(1000, 2)
  for (const key of ['a', 'b', 'a', 'c']) throttles.isDue(key, 0)
  expect(['a', 'c', 'b'].map((key) => throttles.isDue(key, 1))).toEqual([false, false, true])
})
