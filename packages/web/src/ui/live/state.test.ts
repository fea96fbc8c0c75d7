import { expect, test } from 'vitest'
import type { AlertRecord } from '../../contract/alerts.js'
import type { LiveEvent } from '../../contract/events.js'
import { applyEvents, INITIAL_LIVE_STATE, MAX_LIVE_ALERTS } from './state.js'

const alert = (id: string, changes: Partial<AlertRecord> = {}): LiveEvent => ({
  type: 'alert',
  alert: { id, count: 1, ...changes } as AlertRecord,
})

test('an alert replaces its earlier record', () => {
  const { alerts } = applyEvents(INITIAL_LIVE_STATE, [alert('a'), alert('b'), alert('a', { count: 2 })])
  expect([...alerts.keys()]).toEqual(['b', 'a'])
  expect(alerts.get('a')?.count).toBe(2)
})

test('a flood of alerts stays bounded and keeps the newest', () => {
  const events = Array.from({ length: MAX_LIVE_ALERTS + 10 }, (_, index) => alert(`${index}`))
  const { alerts } = applyEvents(INITIAL_LIVE_STATE, events)
  expect(alerts.size).toBe(MAX_LIVE_ALERTS)
  expect(alerts.has('9')).toBe(false)
  expect(alerts.has(`${MAX_LIVE_ALERTS + 9}`)).toBe(true)
})

test('parts that no event touched keep their identity, so that they are not rendered again', () => {
  const state = applyEvents(INITIAL_LIVE_STATE, [alert('a'), { type: 'reset' }])
  expect(state.alerts).not.toBe(INITIAL_LIVE_STATE.alerts)
  expect(state.sensors).toBe(INITIAL_LIVE_STATE.sensors)
  expect(state.throughput).toBe(INITIAL_LIVE_STATE.throughput)
})

test('daemon, firewall and scan are taken over', () => {
  const firewall = {
    daemon: 'local',
    isEnabled: true,
    detail: '',
    backend: 'x',
    blocks: [],
    allowedPolicies: [],
  }
  const scan = {
    type: 'scan',
    daemon: 'local',
    interface: 'eth0',
    asked: 1,
    total: 2,
    found: 0,
    finished: false,
    detail: '',
  } as const
  const state = applyEvents(INITIAL_LIVE_STATE, [
    { type: 'daemon', daemon: 'local', connected: false, detail: 'gone' },
    { type: 'firewall', firewall },
    scan,
    { ...scan, asked: 2, finished: true },
  ])
  expect(state.daemons.get('local')).toEqual({ connected: false, detail: 'gone' })
  expect(state.firewalls.get('local')).toBe(firewall)
  expect(state.scans.get('local eth0')?.finished).toBe(true)
})
