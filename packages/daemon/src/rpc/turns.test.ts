import { setImmediate as settle } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from './turns.js'

function turns() {
  const clock = { nowMs: 0 }
  const order: string[] = []
  const all = new Turns(() => clock.nowMs)
  const join = (name: string, pieces: number, costMs: number) => {
    let left = pieces
    return all.join(() => {
      order.push(name)
      clock.nowMs += costMs
      return --left > 0
    })
  }
  return { clock, order, join }
}

test('one piece is taken in a turn, and everybody comes to his', async () => {
  const { order, join } = turns()
  const first = join('a', 3, 1)
  const second = join('b', 3, 1)
  first.ready()
  second.ready()
  expect(order).toEqual([])
  for (let turn = 0; turn < 8; turn++) await settle()
  expect(order.join('')).toBe('ababab')
})

test('whoever has caused least work lately comes first, however many others wait', async () => {
  const { clock, order, join } = turns()
  const quiet = join('q', 1, 1)
  // By now it is nobody new any more.
  clock.nowMs += 10_000
  for (let count = 0; count < 100; count++) join('flood', 1000, 5).ready()
  await settle()
  quiet.ready()
  await settle()
  await settle()
  expect(order.indexOf('q')).toBeLessThanOrEqual(2)
})

test('who has left is not asked', async () => {
  const { order, join } = turns()
  const gone = join('gone', 1, 1)
  gone.ready()
  gone.leave()
  for (let turn = 0; turn < 3; turn++) await settle()
  expect(order).toEqual([])
})
