import { expect, test } from 'vitest'
import type { LiveEvent } from '../../contract/events.js'
import { createLiveStore, MAX_QUEUE } from './store.js'

function makeStore() {
  const scheduled: (() => void)[] = []
  const told: (readonly LiveEvent[])[] = []
  const store = createLiveStore({
    schedule: (run) => scheduled.push(run),
    onEvents: (batch) => told.push(batch),
  })
  let renderings = 0
  store.subscribe(() => renderings++)
  return {
    store,
    told,
    runTimers: () => scheduled.splice(0).forEach((run) => void run()),
    renderings: () => renderings,
  }
}

const down: LiveEvent = { type: 'daemon', daemon: 'local', connected: false, detail: '' }

test('many events cost one rendering', () => {
  const { store, runTimers, renderings } = makeStore()
  for (let i = 0; i < 1000; i++) store.push(down)
  expect(renderings()).toBe(0)
  expect(store.getState().daemons.size).toBe(0)
  runTimers()
  expect(renderings()).toBe(1)
  expect(store.getState().daemons.get('local')?.connected).toBe(false)
})

test('events after a flush are flushed again', () => {
  const { store, runTimers, renderings } = makeStore()
  store.push(down)
  runTimers()
  store.push({ ...down, connected: true })
  runTimers()
  expect(renderings()).toBe(2)
  expect(store.getState().daemons.get('local')?.connected).toBe(true)
})

test('more than can be applied in one interval asks to fetch everything again', () => {
  const { store, runTimers, told } = makeStore()
  for (let i = 0; i <= MAX_QUEUE; i++) store.push(down)
  runTimers()
  expect(told).toEqual([[{ type: 'reset' }, down]])
})

test('the connection is published at once, and only when it changes', () => {
  const { store, renderings } = makeStore()
  store.setConnection('live')
  store.setConnection('live')
  expect(store.getState().connection).toBe('live')
  expect(renderings()).toBe(1)
})

test('nobody is told after unsubscribing', () => {
  const { store, runTimers } = makeStore()
  let calls = 0
  const unsubscribe = store.subscribe(() => calls++)
  unsubscribe()
  store.push(down)
  runTimers()
  expect(calls).toBe(0)
})
