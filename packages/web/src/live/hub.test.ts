import { worded } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { LiveNews } from '../views/live-event.js'
import { LiveHub } from './hub.js'

const event = (detail: string): LiveNews => ({
  ...{ type: 'daemon', daemon: 'local', connected: true },
  detail: worded(detail),
})
const never = new AbortController().signal
const next = (subscription: ReturnType<LiveHub['subscribe']>) => subscription?.next(never, 0)

test('a page that comes back gets what it missed, in order', async () => {
  const hub = new LiveHub('run', 4)
  for (const detail of ['a', 'b', 'c']) hub.publish(event(detail))
  const back = hub.subscribe('run-1', 'page')
  expect(await next(back)).toEqual({ id: 'run-2', news: event('b') })
  expect(await next(back)).toEqual({ id: 'run-3', news: event('c') })
  expect(await next(back)).toBeNull()
})

test.each(['other-1', 'run-999', 'run--1', 'run-x', 'run-', ''])('%j is told to fetch again', async (id) => {
  const hub = new LiveHub('run', 4)
  hub.publish(event('a'))
  expect(await next(hub.subscribe(id, 'page'))).toEqual({ id: 'run-1', news: { type: 'reset' } })
})

test('who was away for longer than the buffer is told to fetch again', async () => {
  const hub = new LiveHub('run', 4)
  for (let i = 0; i < 2000; i++) hub.publish(event(String(i)))
  expect(await next(hub.subscribe('run-1', 'page'))).toMatchObject({ news: { type: 'reset' } })
  expect(await next(hub.subscribe('run-1999', 'page'))).toMatchObject({ id: 'run-2000' })
})

test('a slow reader loses its queue, not the memory', async () => {
  const hub = new LiveHub('run', 4)
  const slow = hub.subscribe(null, 'page')
  for (let i = 0; i < 501; i++) hub.publish(event(String(i)))
  expect(await next(slow)).toEqual({ id: 'run-501', news: { type: 'reset' } })
  hub.publish(event('after'))
  expect(await next(slow)).toMatchObject({ news: event('after') })
})

test('streams are limited, and a closed one makes room', () => {
  const hub = new LiveHub('run', 2)
  const first = hub.subscribe(null, 'page')
  expect(hub.subscribe(null, 'page')).not.toBeNull()
  expect(hub.subscribe(null, 'page')).toBeNull()
  first?.close()
  expect(hub.subscriberCount).toBe(1)
  expect(hub.subscribe(null, 'page')).not.toBeNull()
})

test('one session’s streams do not shut out another’s', async () => {
  const hub = new LiveHub('run', 4)
  const own = hub.subscribe(null, 'own')
  const first = hub.subscribe(null, 'greedy')
  for (let count = 0; count < 2; count++) expect(hub.subscribe(null, 'greedy')).not.toBeNull()
  expect(hub.subscribe(null, 'greedy')).toBeNull()
  expect(hub.subscribe(null, 'other')).not.toBeNull()
  expect(first?.isClosed).toBe(true)
  expect(await next(first)).toBeNull()
  expect(own?.isClosed).toBe(false)
  expect(hub.subscriberCount).toBe(4)
})

test('a waiting reader wakes up for an event, an abort and the close', async () => {
  const hub = new LiveHub('run', 4)
  const abort = new AbortController()
  const waiting = hub.subscribe(null, 'page')
  const message = waiting?.next(abort.signal, 60_000)
  hub.publish(event('now'))
  expect(await message).toMatchObject({ news: event('now') })
  const aborted = waiting?.next(abort.signal, 60_000)
  abort.abort()
  expect(await aborted).toBeNull()
  const closed = waiting?.next(never, 60_000)
  hub.close()
  expect(await closed).toBeNull()
})
