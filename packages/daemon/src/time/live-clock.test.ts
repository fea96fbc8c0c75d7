import { expect, test } from 'vitest'
import { FakeMachine } from './fake-machine.js'
import { FakeTimers } from './fake-timers.js'
import { machineClocks, startLiveClock } from './live-clock.js'

const START_MS = 1_700_000_000_000

function running() {
  const timers = new FakeTimers()
  const machine = new FakeMachine(timers, START_MS - timers.nowMs())
  return { timers, machine, clock: startLiveClock(machine) }
}

test('shows wall time until the clock is set, and goes on as if it had not been', () => {
  const { timers, machine, clock } = running()
  expect(clock.nowMs()).toBe(START_MS)
  machine.offsetMs -= 60_000
  timers.advance(1000)
  expect(clock.takeStep()).toBe(-60_000)
  expect(clock.takeStep()).toBe(0)
  expect(clock.nowMs()).toBe(START_MS + 1000)
  expect(clock.toCaptureMs(machine.stampMs())).toBe(START_MS + 1000)
})

test('wall time is what the clock showed then', () => {
  const { timers, machine, clock } = running()
  timers.advance(1000)
  machine.offsetMs += 60_000
  clock.takeStep()
  timers.advance(1000)
  machine.offsetMs -= 7000
  clock.takeStep()
  expect(clock.toWallMs(START_MS + 999)).toBe(START_MS + 999)
  expect(clock.toWallMs(START_MS + 1500)).toBe(START_MS + 61_500)
  expect(clock.toWallMs(START_MS + 3000)).toBe(START_MS + 56_000)
})

test('what is delivered late is no step', () => {
  const { timers, machine, clock } = running()
  const stampMs = machine.stampMs()
  timers.advance(8000)
  expect(clock.takeStep()).toBe(0)
  expect(clock.toCaptureMs(stampMs)).toBe(START_MS)
})

test('a frame that was stamped before the clock was set back does not come from the future', () => {
  const { timers, machine, clock } = running()
  const stampMs = machine.stampMs()
  timers.advance(40)
  machine.offsetMs -= 3_600_000
  clock.takeStep()
  expect(clock.toCaptureMs(stampMs)).toBe(START_MS + 40)
})

test('an interruption between reading the clocks is no step', () => {
  const timers = new FakeTimers()
  const machine = new FakeMachine(timers, START_MS - timers.nowMs())
  let isInterrupted = false
  const clock = startLiveClock({
    monotonicMs: () => machine.monotonicMs(),
    wallMs: () => {
      const wallMs = machine.wallMs()
      if (isInterrupted) timers.advance(500)
      return wallMs
    },
  })
  isInterrupted = true
  expect(clock.takeStep()).toBe(0)
  isInterrupted = false
  expect(clock.takeStep()).toBe(0)
})

test('what rounding makes of the clocks is no step, however long they run', () => {
  const { timers, machine, clock } = running()
  for (let i = 0; i < 1000; i++) {
    timers.advance(997.3)
    expect(clock.takeStep()).toBe(0)
  }
  expect(Math.abs(clock.nowMs() - machine.stampMs())).toBeLessThan(1)
})

test('a clock that was set since the process began is taken as it is', () => {
  const timers = new FakeTimers()
  const machine = new FakeMachine(timers, START_MS)
  const clock = startLiveClock(machine)
  expect(Math.abs(clock.nowMs() - machine.wallMs())).toBeLessThan(1)
  expect(clock.takeStep()).toBe(0)
})

test("this machine's clocks show the same time", () => {
  const clock = startLiveClock(machineClocks)
  expect(clock.takeStep()).toBe(0)
  const beforeMs = clock.nowMs()
  expect(clock.nowMs()).toBeGreaterThanOrEqual(beforeMs)
})
