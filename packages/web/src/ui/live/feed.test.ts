import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { LiveEvent } from '../../contract/events.js'
import { createFeed, REFETCH_MS, withRecord } from './feed.js'

const deviceEvent = (id: number, name: string) => ({ type: 'device', device: { id, name } }) as LiveEvent

/** A page that shows one list of devices. */
async function showDevices() {
  const queries = new QueryClient()
  let asked = 0
  const observer = new QueryObserver(queries, {
    queryKey: ['/api/devices', '/api/devices?page=1'],
    queryFn: async () => ({ total: 1, devices: [{ id: 1, name: `answer ${++asked}` }] }),
  })
  observer.subscribe(() => {})
  let drawn = 0
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'success') drawn++
  })
  const timers: { run: () => void; delayMs: number }[] = []
  const feed = createFeed({ queries, schedule: (run, delayMs) => void timers.push({ run, delayMs }) })
  await expect.poll(() => asked).toBe(1)
  await expect.poll(() => observer.getCurrentResult().isFetching).toBe(false)
  return {
    feed,
    timers,
    asked: () => asked,
    drawn: () => drawn,
    shown: () => observer.getCurrentResult().data?.devices[0]?.name,
  }
}

test('a record is replaced where it stands, and nowhere else', () => {
  const list = { total: 2, devices: [{ id: 1 }, { id: 2, name: 'old' }] }
  expect(withRecord(list, 'devices', { id: 2, name: 'new' } as { id: number })).toEqual({
    total: 2,
    devices: [{ id: 1 }, { id: 2, name: 'new' }],
  })
  expect(withRecord(list, 'devices', { id: 3 })).toBe(list)
  expect(withRecord({ id: 3, timeline: [] }, 'devices', { id: 3, name: 'x' } as { id: number })).toEqual({
    id: 3,
    name: 'x',
    timeline: [],
  })
  expect(withRecord(undefined, 'devices', { id: 3 })).toBeUndefined()
})

test('what the stream names is shown at once, and its list is read again', async () => {
  const { feed, asked, shown } = await showDevices()
  feed([deviceEvent(1, 'live')])
  expect(shown()).toBe('live')
  await expect.poll(asked).toBe(2)
})

test('an answer without what the stream names stays as it is, and nobody draws it again', async () => {
  const { feed, drawn } = await showDevices()
  const before = drawn()
  feed([{ type: 'sensor' } as LiveEvent, deviceEvent(7, 'elsewhere'), deviceEvent(8, 'elsewhere')])
  expect(drawn()).toBe(before)
  feed([deviceEvent(1, 'a'), deviceEvent(1, 'b')])
  expect(drawn()).toBe(before + 1)
})

test('in a flood a list is read again only now and then, and once more at its end', async () => {
  const { feed, timers, asked } = await showDevices()
  for (let i = 0; i < 100; i++) feed([deviceEvent(i, 'flood')])
  await expect.poll(asked).toBe(2)
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([REFETCH_MS])
  timers[0]?.run()
  await expect.poll(asked).toBe(3)
  timers[1]?.run()
  expect(timers).toHaveLength(2)
})

test('what concerns another list reads nothing, a reset everything', async () => {
  const { feed, timers, asked } = await showDevices()
  feed([{ type: 'alert', alert: { id: 'a' } } as LiveEvent])
  timers.shift()?.run()
  expect(asked()).toBe(1)
  feed([{ type: 'reset' }])
  await expect.poll(asked).toBe(2)
})

test('an answer on its way is not cut off, however often it changes, and is read again afterwards', async () => {
  const queries = new QueryClient()
  const answers: (() => void)[] = []
  const observer = new QueryObserver(queries, {
    queryKey: ['/api/devices', '/api/devices'],
    queryFn: () => new Promise<number>((resolve) => answers.push(() => resolve(answers.length))),
  })
  observer.subscribe(() => {})
  const timers: (() => void)[] = []
  const feed = createFeed({ queries, schedule: (run) => void timers.push(run) })
  feed([{ type: 'reset' }])
  timers.shift()?.()
  expect(answers).toHaveLength(1)
  answers[0]?.()
  await expect.poll(() => observer.getCurrentResult().data).toBe(1)
  timers.shift()?.()
  await expect.poll(() => answers.length).toBe(2)
})
