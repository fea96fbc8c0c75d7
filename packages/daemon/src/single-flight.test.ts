import { expect, test } from 'vitest'
import { singleFlight } from './single-flight.js'

test('however many ask at once, there is one reading, and the next one is new', async () => {
  let readings = 0
  const read = singleFlight(async () => ++readings)
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1])
  expect(await read()).toBe(2)
})

test('a reading that fails fails for all who asked, and not for the next', async () => {
  let readings = 0
  const read = singleFlight(async () => {
    if (++readings === 1) throw new Error('no table')
    return readings
  })
  expect(await Promise.allSettled([read(), read()])).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
  expect(await read()).toBe(2)
})
