import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { DaemonLink } from '../daemon/link.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, hostOf, SOURCE } from '../testing/test-store.js'
import { nextPresence, type Sighting } from './presence.js'
import { PresenceTracker } from './tracker.js'

const SEEN = 1_800_000_000_000
const ALWAYS = { sinceMs: 0 }
const device = (change: Partial<Sighting> = {}): Sighting => ({
  presence: 'online',
  lastSeenMs: SEEN,
  missedScans: 0,
  isSelf: false,
  ...change,
})

test.each<[string, Partial<Sighting>, { sinceMs: number } | null, number, string]>([
  ['just seen', {}, ALWAYS, 0, 'online'],
  ['dozing', {}, ALWAYS, 5, 'idle'],
  ['silent for long', {}, ALWAYS, 30, 'offline'],
  ['missing from one scan', { missedScans: 1 }, ALWAYS, 1, 'online'],
  ['missing from two scans', { missedScans: 2 }, ALWAYS, 1, 'offline'],
  ['the machine itself', { isSelf: true, missedScans: 9 }, ALWAYS, 90, 'online'],
  ['blind for a moment', {}, null, 1, 'online'],
  ['blind for long', {}, null, 60, 'unknown'],
  ['blind, offline before', { presence: 'offline' }, null, 60, 'offline'],
  ['sensor started a minute ago', {}, { sinceMs: SEEN + 59 * MINUTE_MS }, 60, 'unknown'],
  ['sensor started long ago, never seen since', {}, { sinceMs: SEEN + MINUTE_MS }, 31, 'offline'],
])('%s', (_name, change, watch, minutesLater, expected) => {
  expect(nextPresence(device(change), watch, SEEN + minutesLater * MINUTE_MS)).toBe(expected)
})

test('the tracker stores transitions, and a sighting brings a device back', async () => {
  await using test = await createTestStore()
  const { store } = test
  const mac = 'aa:bb:cc:dd:ee:01'
  const sighting = (sequence: number, seenMs: number) =>
    applyEvents(
      store,
      SOURCE,
      [
        event(sequence, {
          kind: 'observation',
          hosts: [hostOf('10.0.0.1', mac, { seenMs })],
          names: [],
          clues: [],
        }),
      ],
      seenMs,
    )
  let nowMs = SEEN
  const link = new DaemonLink(
    () => nowMs,
    () => {},
  )
  const told: string[][] = []
  const tracker = new PresenceTracker(
    store,
    link,
    () => nowMs,
    (macs) => told.push(macs),
  )
  const presence = async () => (await store.devices.get(mac))?.presence
  await sighting(1, SEEN)
  await tracker.update()
  expect(await presence()).toBe('online')
  nowMs += 60 * MINUTE_MS
  await tracker.update()
  expect(await presence()).toBe('unknown')
  await tracker.update()
  expect(told).toEqual([[mac]])
  await sighting(2, nowMs)
  expect(await presence()).toBe('online')
})
