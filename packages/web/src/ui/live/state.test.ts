import { expect, test } from 'vitest'
import type { AlertRecord } from '../../contract/alerts.js'
import type { Device } from '../../contract/devices.js'
import type { LiveEvent } from '../../contract/events.js'
import { applyEvents, INITIAL_LIVE_STATE, MAX_LIVE_RECORDS, overlay } from './state.js'

const NOW_MS = 1_700_000_000_000

const idOf = (mac: string) => Number.parseInt(mac.replace(/\W/g, ''), 36)

function makeDevice(mac: string, changes: Partial<Device> = {}): Device {
  return {
    id: idOf(mac),
    mac,
    vendor: null,
    name: null,
    hostname: null,
    hostnameSource: null,
    notes: '',
    owner: '',
    type: null,
    icon: null,
    tags: [],
    isFavorite: false,
    trust: 'new',
    patience: 'normal',
    archivedMs: null,
    macs: [],
    isSelf: false,
    isGateway: false,
    isRandomized: false,
    presence: 'online',
    evidence: 'arp_solicited',
    addresses: [],
    site: 'default',
    interface: 'eth0',
    firstSeenMs: NOW_MS,
    lastSeenMs: NOW_MS,
    txBytes: 0,
    rxBytes: 0,
    activeAlerts: 0,
    deviceType: null,
    typeConfidence: null,
    label: null,
    sameAs: [],
    ...changes,
  }
}

const device = (mac: string, changes?: Partial<Device>): LiveEvent => ({
  type: 'device',
  device: makeDevice(mac, changes),
})

test('a device replaces its earlier record and counts as new once', () => {
  const state = applyEvents(
    INITIAL_LIVE_STATE,
    [device('a'), device('b'), device('a', { presence: 'offline' })],
    NOW_MS,
  )
  expect(state.devices.get(idOf('a'))?.record.presence).toBe('offline')
  expect(state.newDevices).toBe(2)
})

test('a flood of devices stays bounded and keeps the newest', () => {
  const events = Array.from({ length: MAX_LIVE_RECORDS + 10 }, (_, index) => device(`mac-${index}`))
  const { devices } = applyEvents(INITIAL_LIVE_STATE, events, NOW_MS)
  expect(devices.size).toBe(MAX_LIVE_RECORDS)
  expect(devices.has(idOf('mac-9'))).toBe(false)
  expect(devices.has(idOf(`mac-${MAX_LIVE_RECORDS + 9}`))).toBe(true)
})

test('parts that no event touched keep their identity, so that they are not rendered again', () => {
  const state = applyEvents(INITIAL_LIVE_STATE, [device('a')], NOW_MS)
  expect(state.devices).not.toBe(INITIAL_LIVE_STATE.devices)
  expect(state.alerts).toBe(INITIAL_LIVE_STATE.alerts)
  expect(state.sensors).toBe(INITIAL_LIVE_STATE.sensors)
  expect(state.throughput).toBe(INITIAL_LIVE_STATE.throughput)
})

test('an update of an alert is not a new alert', () => {
  const alert = { id: 'x', count: 1 } as AlertRecord
  const first = applyEvents(INITIAL_LIVE_STATE, [{ type: 'alert', alert }], NOW_MS)
  const second = applyEvents(first, [{ type: 'alert', alert: { ...alert, count: 2 } }], NOW_MS)
  expect(second.newAlerts).toBe(1)
  expect(second.alerts.get('x')?.record.count).toBe(2)
})

test('daemon, firewall, scan and reset are taken over', () => {
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
  const state = applyEvents(
    INITIAL_LIVE_STATE,
    [
      { type: 'daemon', daemon: 'local', connected: false, detail: 'gone' },
      { type: 'firewall', firewall },
      scan,
      { ...scan, asked: 2, finished: true },
      { type: 'reset' },
    ],
    NOW_MS,
  )
  expect(state.daemons.get('local')).toEqual({ connected: false, detail: 'gone' })
  expect(state.firewalls.get('local')).toBe(firewall)
  expect(state.scans.get('local eth0')?.finished).toBe(true)
  expect(state.resets).toBe(1)
})

test('the newer of a fetched and a live record is shown', () => {
  const fetched = makeDevice('a', { name: 'fetched' })
  const { devices } = applyEvents(INITIAL_LIVE_STATE, [device('a', { name: 'live' })], NOW_MS)
  expect(overlay(fetched, idOf('a'), devices, NOW_MS - 1).name).toBe('live')
  expect(overlay(fetched, idOf('a'), devices, NOW_MS + 1).name).toBe('fetched')
  expect(overlay(fetched, idOf('b'), devices, 0).name).toBe('fetched')
})
