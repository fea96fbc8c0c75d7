import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { nextPresence, type Sighting } from './presence.js'

const SEEN = 1_800_000_000_000
const ALWAYS = { sinceMs: 0 }
const device = (change: Partial<Sighting> = {}): Sighting => ({
  presence: 'online',
  lastSeenMs: SEEN,
  missedScans: 0,
  isSelf: false,
  patience: 'normal',
  ...change,
})

test.each<[string, Partial<Sighting>, { sinceMs: number } | null, number, string]>([
  ['just seen', {}, ALWAYS, 0, 'online'],
  ['dozing', {}, ALWAYS, 5, 'idle'],
  ['silent for long', {}, ALWAYS, 30, 'offline'],
  ['missing from one scan', { missedScans: 1 }, ALWAYS, 1, 'online'],
  ['missing from two scans', { missedScans: 2 }, ALWAYS, 1, 'offline'],
  ['the machine itself', { isSelf: true, missedScans: 9 }, ALWAYS, 90, 'online'],
  ['a server, silent', { patience: 'always_on' }, ALWAYS, 5, 'offline'],
  ['what sleeps, silent for hours', { patience: 'sleepy', missedScans: 9 }, ALWAYS, 300, 'idle'],
  ['what sleeps, gone', { patience: 'sleepy' }, ALWAYS, 361, 'offline'],
  ['blind for a moment', {}, null, 1, 'online'],
  ['blind for long', {}, null, 60, 'unknown'],
  ['blind, offline before', { presence: 'offline' }, null, 60, 'offline'],
  ['sensor started a minute ago', {}, { sinceMs: SEEN + 59 * MINUTE_MS }, 60, 'unknown'],
  ['sensor started long ago, never seen since', {}, { sinceMs: SEEN + MINUTE_MS }, 31, 'offline'],
])('%s', (_name, change, watch, minutesLater, expected) => {
  expect(nextPresence(device(change), watch, SEEN + minutesLater * MINUTE_MS)).toBe(expected)
})
