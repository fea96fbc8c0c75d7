import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isClockConfirmed, uptimeMs } from './clock.js'

const NOW_MS = Date.UTC(2026, 5, 15)
const FILE = 'run/systemd/timesync/synchronized'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
  for (const file of [FILE, 'proc/uptime']) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '4211.25 16000.11\n')
  }
})
afterEach(() => rmSync(root, { recursive: true }))

test('how long the machine has run, to a hundredth of a second', () => {
  expect(uptimeMs(root)).toBe(4_211_250)
  expect(uptimeMs()).toBeGreaterThan(0)
})

test.each([
  ['just now', 0, true],
  ['an hour ago', HOUR_MS, true],
  ['three hours ago', 3 * HOUR_MS, false],
  ['in time that has not come', -2 * MINUTE_MS, false],
])('confirmed %s', (_when, ageMs, isConfirmed) => {
  const touched = new Date(NOW_MS - ageMs)
  utimesSync(join(root, FILE), touched, touched)
  expect(isClockConfirmed(NOW_MS, root)).toBe(isConfirmed)
})

test('where nobody says so it is not confirmed', () => {
  rmSync(join(root, FILE))
  expect(isClockConfirmed(NOW_MS, root)).toBe(false)
})
