import { expect, test } from 'vitest'
import { AnswerCache } from './answer-cache.js'

function setUp() {
  const state = { nowMs: 0, asked: 0 }
  const cache = new AnswerCache(() => state.nowMs)
  const ask = (tookMs: number) => async () => {
    await Promise.resolve()
    state.nowMs += tookMs
    return ++state.asked
  }
  return { state, cache, ask }
}

test('an answer stands for twenty times as long as it took, at most half a minute', async () => {
  const { state, cache, ask } = setUp()
  expect(await cache.get('q', ask(10))).toBe(1)
  state.nowMs += 199
  expect(await cache.get('q', ask(10))).toBe(1)
  state.nowMs += 1
  expect(await cache.get('q', ask(60_000))).toBe(2)
  state.nowMs += 30_000
  expect(await cache.get('q', ask(0))).toBe(3)
  expect(await cache.get('q', ask(0))).toBe(4)
})

test('the same question at the same time is asked once; a failure is not kept', async () => {
  const { state, cache, ask } = setUp()
  expect(await Promise.all([cache.get('q', ask(5)), cache.get('q', ask(5)), cache.get('r', ask(5))])).toEqual(
    [1, 1, 2],
  )
  await expect(cache.get('f', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy')
  expect(await cache.get('f', ask(1))).toBe(state.asked)
})

test('the number of answers is bounded', async () => {
  const { cache, ask, state } = setUp()
  for (let i = 0; i < 65; i++) await cache.get(String(i), ask(1000))
  await cache.get('0', ask(1000))
  expect(state.asked).toBe(66)
})
