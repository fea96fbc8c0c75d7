import { setImmediate as settle } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from './turns.js'

function turns() {
  const clock = { nowMs: 0, processorMs: 0 }
  const order: string[] = []
  const all = new Turns({ nowMs: () => clock.nowMs, processorMs: () => clock.processorMs })
  /** Of the time that passes, `costMs` is the processor's in the turn itself. */
  const join = (name: string, pieces: number, costMs: number, passMs = costMs) => {
    let left = pieces
    return all.join(() => {
      order.push(name)
      clock.nowMs += passMs
      clock.processorMs += costMs
      return --left > 0
    })
  }
  return { all, clock, order, join }
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
  // Eight of the flood went before it asked.
  expect(order.indexOf('q')).toBe(8)
})

test('a newcomer waits for no more than a turn of each who waits, however little these are charged with', async () => {
  const { order, join } = turns()
  // Most of what a flood costs is not done in its turns: reading the socket, and the kernel's part.
  for (let count = 0; count < 8; count++) join('flood', 1000, 1, 4).ready()
  for (let round = 0; round < 50; round++) await settle()
  const before = order.length
  join('newcomer', 1, 1).ready()
  for (let round = 0; round < 3; round++) await settle()
  expect(order.indexOf('newcomer') - before).toBeLessThanOrEqual(8)
  expect(order).toContain('newcomer')
})

test('connecting anew for each piece gains no turn before those who have caused less', async () => {
  const { clock, order, join } = turns()
  const quiet = join('q', 1, 1)
  clock.nowMs += 10_000
  for (let count = 0; count < 8; count++) join('flood', 1000, 5).ready()
  for (let round = 0; round < 5; round++) await settle()
  for (let count = 0; count < 100; count++) join('anew', 1, 5).ready()
  const before = order.length
  quiet.ready()
  await settle()
  await settle()
  expect(order.indexOf('q') - before).toBeLessThanOrEqual(8)
})

test('what a piece has done after its turn is charged to those who had one', async () => {
  const { all, clock, order, join } = turns()
  const worker = join('worker', 1000, 1)
  const flood = () => {
    order.push('flood')
    clock.nowMs++
    setImmediate(() => {
      clock.processorMs += 5
    })
    return true
  }
  for (let count = 0; count < 8; count++) all.join(flood).ready()
  worker.ready()
  for (let round = 0; round < 50; round++) await settle()
  // One turn of eight in each round, or more.
  expect(order.filter((name) => name === 'worker').length).toBeGreaterThan(40)
})

test('who has left is not asked', async () => {
  const { order, join } = turns()
  const gone = join('gone', 1, 1)
  gone.ready()
  gone.leave()
  for (let turn = 0; turn < 3; turn++) await settle()
  expect(order).toEqual([])
})
