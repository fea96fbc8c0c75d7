import { expect, test, vi } from 'vitest'
import { TrafficFolder } from './folder.js'

test('many arrivals are one fold; what arrives during it gets another', async () => {
  vi.useFakeTimers()
  let folds = 0
  let finish = () => {}
  const fold = () => {
    folds++
    return new Promise<void>((resolve) => {
      finish = resolve
    })
  }
  const folder = new TrafficFolder(fold, () => {}, 1000)
  for (let i = 0; i < 5; i++) folder.schedule()
  await vi.advanceTimersByTimeAsync(1000)
  expect(folds).toBe(1)
  folder.schedule()
  await vi.advanceTimersByTimeAsync(5000)
  expect(folds).toBe(1)
  finish()
  await vi.advanceTimersByTimeAsync(0)
  expect(folds).toBe(2)
  finish()
  await folder.stop()
  folder.schedule()
  await vi.advanceTimersByTimeAsync(5000)
  expect(folds).toBe(2)
  vi.useRealTimers()
})

test('a fold that fails is reported, and the next one runs', async () => {
  vi.useFakeTimers()
  const errors: unknown[] = []
  const folder = new TrafficFolder(
    () => Promise.reject(new Error('full')),
    (error) => errors.push(error),
    1000,
  )
  for (let i = 0; i < 2; i++) {
    folder.schedule()
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(errors).toHaveLength(2)
  vi.useRealTimers()
})
