import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { MemoryRelease } from './memory-release.js'

function release(residentMib: number, inUseMib = residentMib) {
  const state = { residentMib, inUseMib, collections: 0, frames: 0 }
  const one = new MemoryRelease({
    residentBytes: () => state.residentMib * MIB,
    collect: () => {
      state.collections++
      state.residentMib = state.inUseMib
    },
  })
  const check = (frames = 0) => {
    state.frames += frames
    one.check(state.frames)
    return state.collections
  }
  return { state, check }
}

test('memory is given back when the flood is over, not while it lasts', () => {
  const { state, check } = release(70)
  state.residentMib = 120
  expect([check(1_000_000), check(1_000_000)]).toEqual([0, 0])
  expect([check(100), check(100), check(0)]).toEqual([1, 1, 1])
  state.residentMib = 100
  expect(check()).toBe(2)
})

test('what stays in use is not asked for again', () => {
  const { state, check } = release(70)
  state.residentMib = 120
  state.inUseMib = 90
  expect([check(), check(), check()]).toEqual([1, 1, 1])
  state.residentMib = 93
  expect(check()).toBe(1)
  state.residentMib = 94
  expect(check()).toBe(2)
})

test('growth counts from the lowest that was seen', () => {
  const { state, check } = release(100)
  state.residentMib = 60
  expect(check()).toBe(0)
  state.residentMib = 66
  state.inUseMib = 60
  expect(check()).toBe(1)
})
