import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { type Rules, rulesSchema } from '../contract/channels.js'
import type { Message } from '../contract/message.js'
import { dueOf } from './rules.js'
import { sampleMessage } from './sample.js'

const NOW = 1_800_000_000_000
const TEN = 10 * 60
const rules = (change: Partial<Rules> = {}): Rules => ({ ...rulesSchema.parse({}), ...change })
const incident = (change: Partial<Message> = {}): Message => ({
  ...sampleMessage(rules(), NOW),
  device: null,
  severity: 'warning',
  ...change,
})
const device = incident({ event: 'device_gone', incident: null, kind: null, severity: 'info' })
const note = (event: Message['event']) => ({ ...device, event, severity: 'warning' as const })
const due = (message: Message, change: Partial<Rules>, minute = TEN, createdMs = 0) =>
  dueOf(message, { rules: rules(change), createdMs }, () => minute)
const AT_ONCE = { atMs: 0, isHeld: false }

test.each<[string, Message, Partial<Rules>, boolean]>([
  ['an incident', incident(), {}, true],
  ['an incident below what is wanted', incident(), { minSeverity: 'critical' }, false],
  ['a kind that is not wanted', incident(), { kinds: ['port_scan'] }, false],
  ['a kind that is wanted', incident(), { kinds: ['gateway_spoof'] }, true],
  ['a party that is wanted', incident(), { macs: ['00:00:5e:00:53:10'] }, true],
  ['a tag that is wanted', { ...incident(), tags: ['kids'] }, { tags: ['kids', 'guests'] }, true],
  ['no tag that is wanted', { ...incident(), tags: ['lab'] }, { tags: ['kids'] }, false],
  [
    'a sensor, where tags are wanted',
    incident({ event: 'gap', incident: null }),
    { events: ['sensor'], tags: ['kids'] },
    false,
  ],
  ['no party that is wanted', incident(), { macs: ['00:00:5e:00:53:99'] }, false],
  ['an event that is not wanted', incident({ event: 'incident_ended' }), { events: ['incident'] }, false],
  ['a port that is newly open', note('port_opened'), { events: ['port_opened'] }, true],
  ['another note', note('note'), { events: ['port_opened', 'quota'] }, false],
  ['a quota, where ports are wanted', note('quota'), { events: ['port_opened'] }, false],
  [
    'a quota of a tag that is wanted',
    { ...note('quota'), tags: ['kids'] },
    { events: ['quota'], tags: ['kids'] },
    true,
  ],
  ['a device, whatever severity incidents need', { ...device }, { events: ['device_gone'] }, true],
  [
    'another device',
    { ...device, device: { mac: '00:00:5e:00:53:01', name: null } },
    { events: ['device_gone'], macs: ['00:00:5e:00:53:10'] },
    false,
  ],
])('%s', (_name, message, change, isTold) => {
  expect(due(message, change)).toEqual(isTold ? AT_ONCE : null)
})

test('quiet hours hold what is not critical until their end, also over midnight', () => {
  const quiet = { from: '22:00', to: '07:00' }
  expect(due(incident(), { quiet }, 23 * 60)).toEqual({ atMs: NOW + 8 * HOUR_MS, isHeld: true })
  expect(due(incident(), { quiet }, 6 * 60 + 59)).toEqual({ atMs: NOW + MINUTE_MS, isHeld: true })
  expect(due(incident(), { quiet }, 7 * 60)).toEqual(AT_ONCE)
  expect(due(incident({ severity: 'critical' }), { quiet }, 23 * 60)).toEqual(AT_ONCE)
})

test('outside its hours nothing is told, within them all', () => {
  const hours = { from: '08:00', to: '18:00' }
  expect(due(incident(), { hours }, TEN)).toEqual(AT_ONCE)
  expect(due(incident(), { hours }, 18 * 60)).toBeNull()
})

test('a digest gathers until its next round minute', () => {
  const held = due(incident({ atMs: NOW + 1 }), { digestMinutes: 60 })
  expect(held).toEqual({ atMs: Math.ceil((NOW + 2) / HOUR_MS) * HOUR_MS, isHeld: true })
  expect(due(incident({ severity: 'critical' }), { digestMinutes: 60 })).toEqual(AT_ONCE)
})

test('while a channel learns only what is critical is told', () => {
  const learning = { learningMinutes: 60 }
  expect(due(incident(), learning, TEN, NOW - 59 * MINUTE_MS)).toBeNull()
  expect(due(incident(), learning, TEN, NOW - 60 * MINUTE_MS)).toEqual(AT_ONCE)
  expect(due(incident({ severity: 'critical' }), learning, TEN, NOW)).toEqual(AT_ONCE)
})

test('a drill goes out once, whatever the rules are', () => {
  const drill = incident({ kind: 'drill', severity: 'info' })
  const closed = { events: [], hours: { from: '00:00', to: '00:01' }, digestMinutes: 60 }
  expect(due(drill, closed)).toEqual(AT_ONCE)
  expect(due({ ...drill, event: 'incident_ended' }, closed)).toBeNull()
})
