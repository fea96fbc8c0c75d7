import { expect, test } from 'vitest'
import { Newcomers } from './newcomers.js'

const macOf = (i: number) =>
  `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`

test('a station that says what it is is listed after a while, with what was said of it', () => {
  const newcomers = new Newcomers<string>()
  newcomers.meet(macOf(1), 0, 1000)
  expect(newcomers.hold(macOf(1), 'printer')).toBe(true)
  expect([...newcomers.due(2000)]).toEqual([])
  expect([...newcomers.due(6000)]).toMatchObject([{ mac: macOf(1), held: ['printer'] }])
  expect(newcomers.leave(macOf(1))).toEqual(['printer'])
  expect([...newcomers.due(9000)]).toEqual([])
})

test('a crowd of stations at once is a flood, and nobody of it is listed', () => {
  const newcomers = new Newcomers<string>()
  for (let i = 0; i < 1000; i++) newcomers.meet(macOf(i), 0, i)
  expect([...newcomers.due(20_000)]).toEqual([])
  expect([...newcomers.last()]).toEqual([])
  expect(newcomers.tables()[0]).toMatchObject({ entries: 0, refused: 1000 })
  newcomers.meet(macOf(1), 0, 100_000)
  expect([...newcomers.due(105_000)]).toMatchObject([{ mac: macOf(1) }])
})

test('frames that say nothing list their sender once there are several over a time', () => {
  const newcomers = new Newcomers<string>()
  for (const atMs of [0, 100, 200]) newcomers.notice(macOf(1), 0, atMs)
  expect([...newcomers.due(60_000)]).toEqual([])
  newcomers.notice(macOf(1), 0, 1500)
  expect([...newcomers.due(60_000)]).toMatchObject([{ mac: macOf(1) }])
})

test('what is said of somebody who does not wait is not held', () => {
  const newcomers = new Newcomers<string>()
  expect(newcomers.hold(macOf(1), 'x')).toBe(false)
  expect(newcomers.leave(macOf(1))).toEqual([])
})
