import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RegularScans } from './regular-scans.js'

const EVERY_MS = 300_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watch(everyMs: number, discover: () => Promise<unknown> = async () => {}) {
  const errors: unknown[] = []
  let rounds = 0
  const scans = new RegularScans(
    () => {
      rounds++
      return discover()
    },
    { firstMs: 1_000, everyMs },
    (error) => errors.push(error),
  )
  return { scans, errors, rounds: () => rounds }
}

test('scans soon after connecting, then at the interval, also after a failure', async () => {
  const { scans, errors, rounds } = watch(EVERY_MS, () => Promise.reject(new Error('no')))
  scans.connected()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(rounds()).toBe(1)
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS)
  expect(rounds()).toBe(3)
  expect(errors).toHaveLength(3)
})

test('rests while the daemon is away, and never runs two rounds side by side', async () => {
  const { scans, rounds } = watch(EVERY_MS)
  scans.connected()
  scans.disconnected()
  await vi.advanceTimersByTimeAsync(3 * EVERY_MS)
  expect(rounds()).toBe(0)
  scans.connected()
  scans.connected()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(rounds()).toBe(1)
})

test('an interval of nothing means only when asked', async () => {
  const { scans, rounds } = watch(0)
  scans.connected()
  await vi.advanceTimersByTimeAsync(EVERY_MS)
  expect(rounds()).toBe(0)
})
