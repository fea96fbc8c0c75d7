import { expect, test } from 'vitest'
import type { PacketBatch } from '../capture/packet-source.js'
import { FileClock } from './file-clock.js'

/** The batch's runs: capture and wall time of each frame, and the step before each run. */
function follow(clock: FileClock, ...timesMs: number[]) {
  const batch = { count: timesMs.length, timesMs: Float64Array.from(timesMs) } as PacketBatch
  const steps: number[] = []
  const captureMs: number[] = []
  for (let first = 0; first < batch.count; ) {
    const stepMs = clock.takeStep(batch.timesMs[first] ?? null)
    if (stepMs !== 0) steps.push(stepMs)
    const end = clock.runEnd(batch, first)
    for (let i = first; i < end; i++) captureMs.push(clock.toCaptureMs(batch.timesMs[i] ?? 0))
    first = end
  }
  return { steps, captureMs }
}

test('is the time of the stamps while they go on, also where they jump ahead', () => {
  const stamps = [1000, 1500, 90_000, 86_400_000]
  expect(follow(new FileClock(), ...stamps)).toEqual({ steps: [], captureMs: stamps })
})

test('frames slightly out of order are no step', () => {
  expect(follow(new FileClock(), 10_000, 8500, 10_100).steps).toEqual([])
})

test('goes on behind stamps that go back, in the middle of a batch and between two', () => {
  const clock = new FileClock()
  expect(follow(clock, 100_000, 101_000, 98_000, 99_000)).toEqual({
    steps: [-3001],
    captureMs: [100_000, 101_000, 101_001, 102_001],
  })
  expect(follow(clock, 5000.25)).toMatchObject({ captureMs: [102_002.25] })
  expect(clock.nowMs()).toBe(102_002.25)
})

test('gives back each stamp as wall time, however often the clock was set back', () => {
  const clock = new FileClock()
  for (let stampMs = 1_000_000_000; stampMs > 0; stampMs -= 10_000_000) {
    const { captureMs } = follow(clock, stampMs, stampMs + 0.5)
    expect(captureMs.map((timeMs) => clock.toWallMs(timeMs))).toEqual([stampMs, stampMs + 0.5])
  }
})
