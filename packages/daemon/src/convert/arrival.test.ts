import { SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Report } from '../model/sensor.js'
import { asOfArrival } from './arrival.js'
import { MAX_TIME_MS } from './checks.js'
import { ALERT, COUNTERS, HOST, TRAFFIC } from './fake-reports.js'

const NOW = 1_800_000_000_000
const PAST = NOW - 5 * SECOND_MS
const STARTED = NOW - 60 * SECOND_MS

const arrived = (report: Report) => asOfArrival(report, STARTED, NOW)

const told = (ms: number) => [
  arrived({ type: 'observation', hosts: [{ ...HOST, seenMs: ms }], names: [], clues: [] }),
  arrived({ type: 'scan', scanId: 1, step: { type: 'host', host: { ...HOST, seenMs: ms } } }),
  arrived({ type: 'traffic', traffic: { ...TRAFFIC, startMs: ms } }),
  arrived({ type: 'alert', alert: { ...ALERT, firstSeenMs: PAST, lastSeenMs: ms }, evidence: null }),
]

test.each([NOW + 2 * SECOND_MS, MAX_TIME_MS])('what was seen later than it is told is of now (%d)', (ms) => {
  expect(told(ms)).toMatchObject([
    { hosts: [{ seenMs: NOW }] },
    { step: { host: { seenMs: NOW } } },
    { traffic: { startMs: NOW - TRAFFIC.durationMs } },
    { alert: { firstSeenMs: PAST, lastSeenMs: NOW } },
  ])
})

test('what was seen before stays, and so does a clock that is hardly ahead', () => {
  expect(told(PAST)).toMatchObject([
    { hosts: [{ seenMs: PAST }] },
    { step: { host: { seenMs: PAST } } },
    { traffic: { startMs: PAST } },
    { alert: { firstSeenMs: PAST, lastSeenMs: PAST } },
  ])
  expect(told(NOW + SECOND_MS)[0]).toMatchObject({ hosts: [{ seenMs: NOW + SECOND_MS }] })
})

test('a report of hosts of which none is ahead is passed on as it is', () => {
  const report: Report = {
    type: 'observation',
    hosts: [HOST, { ...HOST, seenMs: PAST }],
    names: [],
    clues: [],
  }
  expect(arrived(report)).toBe(report)
})

test('a bucket that is longer than there has been time begins with the time', () => {
  const traffic = { ...TRAFFIC, startMs: NOW, durationMs: 2 * NOW }
  expect(arrived({ type: 'traffic', traffic })).toMatchObject({ traffic: { startMs: 0 } })
})

test('an outage did not begin before the sensor that tells of it, whatever the clock has done since', () => {
  const sinceMs = (startedMs: number) => {
    const told = asOfArrival({ type: 'status', counters: COUNTERS }, startedMs, NOW)
    return told.type === 'status' ? told.counters.uplink?.sinceMs : undefined
  }
  expect(sinceMs(STARTED)).toBe(STARTED)
  expect(sinceMs(NOW + 60 * SECOND_MS)).toBe(NOW)
})
