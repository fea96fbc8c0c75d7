import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { BelievedClock } from './believed-clock.js'

const START = Date.UTC(2026, 5, 15, 12)

function setUp() {
  const machine = { wallMs: START, uptimeMs: 77, isConfirmed: false }
  const clock = new BelievedClock({
    wallMs: () => machine.wallMs,
    uptimeMs: () => machine.uptimeMs,
    isConfirmed: () => machine.isConfirmed,
  })
  const pass = (durationMs: number) => {
    machine.wallMs += durationMs
    machine.uptimeMs += durationMs
  }
  return { clock, machine, pass }
}

test('a start takes the clock as it is', () => {
  expect(setUp().clock.nowMs()).toBe(START)
})

test.each([9 * HOUR_MS, -9 * HOUR_MS])('a step of %i ms does not count, and time goes on', (stepMs) => {
  const { clock, machine, pass } = setUp()
  clock.nowMs()
  pass(HOUR_MS)
  machine.wallMs += stepMs
  expect(clock.nowMs()).toBe(START + HOUR_MS)
  pass(HOUR_MS)
  expect(clock.nowMs()).toBe(START + 2 * HOUR_MS)
  machine.wallMs -= stepMs
  expect(clock.nowMs()).toBe(START + 2 * HOUR_MS)
})

test('it counts once a time server has confirmed the clock', () => {
  const { clock, machine } = setUp()
  clock.nowMs()
  machine.wallMs += 9 * HOUR_MS
  clock.nowMs()
  machine.isConfirmed = true
  expect(clock.nowMs()).toBe(START + 9 * HOUR_MS)
  machine.isConfirmed = false
  expect(clock.nowMs()).toBe(START + 9 * HOUR_MS)
})

test('drift is followed', () => {
  const { clock, machine, pass } = setUp()
  clock.nowMs()
  for (let hour = 0; hour < 100; hour++) {
    pass(HOUR_MS)
    machine.wallMs += 10 * SECOND_MS
    expect(clock.nowMs()).toBe(machine.wallMs)
  }
  expect(machine.wallMs - START).toBeGreaterThan(100 * HOUR_MS + 10 * MINUTE_MS)
})
