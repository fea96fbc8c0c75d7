import { expect, test } from 'vitest'
import { singleFlight } from './single-flight.js'

test('however many ask at once, there is one reading, and the next one is new', async () => {
  let readings = 0
  let nowMs = 0
  const read = singleFlight(
    async () => ++readings,
    1000,
    () => nowMs,
  )
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1])
  nowMs = 999
  expect(await read()).toBe(1)
  nowMs = 1000
  expect(await read()).toBe(2)
})

test('one that takes long is waited for', async () => {
  let nowMs = 0
  let finish = (_text: string) => {}
  const read = singleFlight(
    () => new Promise<string>((resolve) => (finish = resolve)),
    1000,
    () => nowMs,
  )
  const first = read()
  nowMs = 5000
  expect(read()).toBe(first)
  finish('table')
  expect(await first).toBe('table')
  expect(read()).not.toBe(first)
})
