import { HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { calendar } from './ical.js'
import { sessionsOf, stripOf } from './sessions.js'

const came = (hour: number) => ({ atMs: hour * HOUR_MS, isPresent: true })
const left = (hour: number) => ({ atMs: hour * HOUR_MS, isPresent: false })

test('sessions are cut to the span, and one that lasts is open', () => {
  const span = { fromMs: 5 * HOUR_MS, toMs: 20 * HOUR_MS }
  expect(sessionsOf([came(1), left(6), came(8), left(9), came(18)], span)).toEqual([
    { fromMs: 5 * HOUR_MS, toMs: 6 * HOUR_MS, isOpen: false },
    { fromMs: 8 * HOUR_MS, toMs: 9 * HOUR_MS, isOpen: false },
    { fromMs: 18 * HOUR_MS, toMs: 20 * HOUR_MS, isOpen: true },
  ])
  expect(sessionsOf([left(6)], span)).toEqual([])
})

test('a strip holds the share of each step', () => {
  const hour = (from: number, to: number) => ({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS })
  expect(stripOf([hour(0.5, 2), hour(3, 3.25)], hour(0, 4), HOUR_MS)).toEqual([0.5, 1, 0, 0.25])
})

test('a calendar has an event for each session, with its text escaped and its lines folded', () => {
  const title = `Ann's phone, the "red"; one ${'ö'.repeat(40)}`
  const sessions = [{ fromMs: 0, toMs: HOUR_MS, isOpen: false }]
  const text = calendar({ deviceId: 7, title, sessions, nowMs: 0 })
  expect(text).toContain('DTSTART:19700101T000000Z\r\nDTEND:19700101T010000Z\r\n')
  expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:Ann's phone\\, the "red"\\; one ${'ö'.repeat(40)}`)
  for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
})
