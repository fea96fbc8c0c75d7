import type { Alert } from '@netwatcher/shared'
import { NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { COUNTERS } from '../convert/fake-reports.js'
import { Neighbors } from '../discovery/neighbors.js'
import { Segments } from '../discovery/segments.js'
import type { CaptureStatus } from '../model/capture.js'
import type { EventPayload } from '../model/event.js'
import type { HostSeen } from '../model/host.js'
import { type InterfaceFacts, NO_FACTS } from '../model/interface.js'
import type { Report } from '../model/sensor.js'
import type { LogFields } from '../os/log.js'
import type { FileStore } from '../os/state-directory.js'
import { AlertStore } from './alert-store.js'
import { Journal } from './journal.js'
import { Recorder } from './recorder.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const MAC = '02:00:00:00:00:01'
const OTHER_CARD = '02:00:00:00:00:02'
const FACTS: InterfaceFacts = {
  ...NO_FACTS,
  mac: MAC,
  addresses: [{ ip: '10.0.0.5', prefixLength: 24 }],
  gateways: ['10.0.0.1'],
  decoys: [],
}
const ALERT: Alert = {
  id: 'a'.repeat(32),
  kind: 'arp_spoof',
  severity: 'critical',
  state: 'active',
  ip: '10.0.0.1',
  vlan: 0,
  parties: [{ role: 'suspect', mac: MAC, ip: '', certainty: 'likely' }],
  expected: NO_TEXT,
  seen: NO_TEXT,
  reasonsFor: [],
  reasonsAgainst: [],
  verifications: [],
  advice: NO_TEXT,
  firstSeenMs: 1,
  lastSeenMs: 2,
  count: 3,
}

function memoryFiles(): FileStore {
  const files = new Map<string, Uint8Array>()
  return {
    list: () => [...files.keys()],
    read: (name) => files.get(name) ?? null,
    size: (name) => files.get(name)?.length ?? 0,
    write: (name, content) => void files.set(name, Buffer.from(content)),
    append: () => {},
    remove: (name) => void files.delete(name),
    setAside: (name) => void files.delete(name),
  }
}

function recorder() {
  const events: EventPayload[] = []
  const clock = { nowMs: 0 }
  const journal = new Journal('b'.repeat(32), 1_000_000, {
    encodeEvent: (_position, _atMs, payload) => {
      events.push(payload)
      return new Uint8Array(0)
    },
    encodeGap: () => new Uint8Array(0),
    nowMs: () => clock.nowMs,
  })
  const alerts = new AlertStore(memoryFiles(), { count: 10, alertBytes: 1e6, evidenceBytes: 1e6 }, LOG)
  const neighbors = new Neighbors()
  const status = { interface: 'eth0', state: 'running', counters: COUNTERS } as CaptureStatus
  const logged: LogFields[] = []
  const one = new Recorder({
    journal,
    alerts,
    neighbors,
    ownMacs: () => [MAC, OTHER_CARD],
    segments: new Segments({
      own: () => [
        { name: 'eth0', mac: MAC },
        { name: 'wlan0', mac: OTHER_CARD },
      ],
      nowMs: () => clock.nowMs,
    }),
    facts: (name) => (name === 'eth0' ? FACTS : null),
    status: (name) => ({ ...status, interface: name }),
    nowMs: () => clock.nowMs,
    log: { ...LOG, warn: (message, fields = {}) => void logged.push({ message, ...fields }) },
  })
  return { recorder: one, events, alerts, neighbors, clock, logged, status }
}

function seen(ip: string, mac: string): HostSeen {
  return { ip, mac, evidence: 'arp_request', seenMs: 5, vlan: 0 }
}

test('hosts are told with their interface, the machine itself and its gateways marked', () => {
  const { recorder: one, events, neighbors } = recorder()
  const hosts = [
    seen('10.0.0.5', MAC),
    seen('10.0.0.1', '02:00:00:00:00:09'),
    seen('10.0.0.5', '02:00:00:00:00:66'),
  ]
  one.record('eth0', { type: 'observation', hosts, names: [], clues: [] })
  expect(events[0]).toMatchObject({
    kind: 'observation',
    hosts: [
      { interface: 'eth0', isSelf: true, isGateway: false },
      { interface: 'eth0', isSelf: false, isGateway: true },
      // Somebody else who uses our address.
      { isSelf: false },
    ],
  })
  expect(neighbors.list('eth0').length).toBe(3)
  expect(neighbors.list('eth1')).toEqual([])
})

test('with two cards in one network it does not matter which of them heard a host last', () => {
  const { recorder: one, events } = recorder()
  const hosts = [
    seen('10.0.0.1', '02:00:00:00:00:09'),
    seen('10.0.0.5', MAC),
    // Linux answers with the card that was asked (ip-sysctl, arp_ignore 0).
    seen('10.0.0.5', OTHER_CARD),
  ]
  const marks = () => events.flatMap((event) => (event.kind === 'observation' ? event.hosts : []))
  one.record('wlan0', { type: 'observation', hosts: [hosts[0] as HostSeen], names: [], clues: [] })
  expect(marks().map(({ isGateway }) => isGateway)).toEqual([false])
  one.record('wlan0', { type: 'observation', hosts, names: [], clues: [] })
  expect(
    marks()
      .slice(1)
      .map(({ isSelf, isGateway }) => [isSelf, isGateway]),
  ).toEqual([
    [false, true],
    [true, false],
    [true, false],
  ])
  const placed = events.flatMap((event) => (event.kind === 'capture' ? [event.status] : []))
  expect(placed.map(({ interface: name, segment }) => [name, segment])).toEqual([
    ['eth0', 'eth0'],
    ['wlan0', 'eth0'],
  ])
})

test('an alert is kept before it is told, and ends when its sensor does', () => {
  const { recorder: one, events, alerts } = recorder()
  const evidence = Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a)
  one.record('eth0', { type: 'alert', alert: ALERT, evidence })
  expect(events[0]).toMatchObject({
    kind: 'alert',
    alert: { interface: 'eth0', evidenceBytes: 4, state: 'active' },
  })
  one.endAlerts('eth1')
  expect(events.length).toBe(1)
  one.endAlerts('eth0')
  expect(events[1]).toMatchObject({
    kind: 'alert',
    alert: { id: ALERT.id, evidenceBytes: 4, state: 'ended' },
  })
  one.endAlerts('eth0')
  expect(events.length).toBe(2)
  alerts.acknowledge(1)
  expect(alerts.unacknowledged).toBe(1)
  alerts.acknowledge(2)
  expect(alerts.unacknowledged).toBe(0)
})

test('a step of the wall clock is told with the interface whose sensor noticed it', () => {
  const { recorder: one, events } = recorder()
  one.record('eth0', { type: 'clock_step', stepMs: -3000 })
  expect(events).toEqual([{ kind: 'clock_step', interface: 'eth0', stepMs: -3000 }])
})

test('counters that move become an event now and then', () => {
  const { recorder: one, events, clock } = recorder()
  const status = { type: 'status', counters: {} } as Report
  for (; clock.nowMs < 30_000; clock.nowMs += 1000) one.record('eth0', status)
  expect(events.map(({ kind }) => kind)).toEqual(['capture', 'capture', 'capture'])
})

test('whether the internet is there is told at once when it changes, but not at each of many changes', () => {
  const { recorder: one, events, status, clock } = recorder()
  const uplink = COUNTERS.uplink
  if (!uplink) throw new Error('the counters have no uplink')
  const say = (state: typeof uplink.state) => {
    status.counters = { ...COUNTERS, uplink: { ...uplink, state } }
    one.record('eth0', { type: 'status', counters: status.counters })
  }
  for (const state of ['up', 'up', 'gateway_silent', 'gateway_silent', 'up'] as const) say(state)
  for (let i = 0; i < 100; i++) say(i % 2 === 0 ? 'gateway_silent' : 'up')
  clock.nowMs += 60_000
  say('gateway_silent')
  const told = events.flatMap((event) =>
    event.kind === 'capture' ? event.status.counters.uplink?.state : [],
  )
  expect(told.slice(0, 3)).toEqual(['up', 'gateway_silent', 'up'])
  expect(told.slice(3)).toHaveLength(5)
  expect(told.at(-1)).toBe('gateway_silent')
})

test('a new alert goes to the system log, where no caller can acknowledge it; a flood of them does not', () => {
  const { recorder: one, logged, clock } = recorder()
  const report = (id: number, changes: Partial<Alert> = {}) =>
    one.record('eth0', {
      type: 'alert',
      alert: { ...ALERT, id: `${id}`.padStart(32, '0'), ...changes },
      evidence: null,
    })
  report(0)
  report(0, { count: 4 })
  report(1, { severity: 'info' })
  expect(logged).toMatchObject([{ message: 'alert', kind: 'arp_spoof', severity: 'critical', macs: MAC }])
  for (let id = 2; id < 100; id++) report(id)
  expect(logged).toHaveLength(30)
  clock.nowMs += 60_000
  report(100)
  expect(logged.at(-1)).toMatchObject({ leftOut: 69 })
})

test('a flood of one sensor leaves the others their lines of the log', () => {
  const { recorder: one, logged } = recorder()
  const report = (name: string, id: number) => {
    const alert = { ...ALERT, id: `${id}`.padStart(32, '0') }
    one.record(name, { type: 'alert', alert, evidence: null })
  }
  for (let id = 0; id < 100; id++) report('eth0', id)
  report('eth1', 100)
  expect(logged.at(-1)).toMatchObject({ interface: 'eth1' })
})

test('that somebody stopped the watching does not end with the sensor', () => {
  const { recorder: one, alerts } = recorder()
  const stored = { ...ALERT, kind: 'watch_stopped', interface: 'eth0', evidenceBytes: 0 } as const
  one.recordAlert(stored, null)
  one.endAlerts('eth0')
  expect(alerts.get(ALERT.id)?.state).toBe('active')
})

test('what a sensor took with it is an event: a gap of that sensor', () => {
  const { recorder: one, events } = recorder()
  one.recordUncounted('eth0', { fromMs: 10, toMs: 20 })
  expect(events).toMatchObject([
    { kind: 'gap', interface: 'eth0', gap: { cause: { rule: 'gap_sensor_ended' }, fromMs: 10, toMs: 20 } },
  ])
})

test('a sensor cannot change what another interface, or the daemon itself, has raised', () => {
  const { recorder: one, alerts } = recorder()
  const end = (name: string, id: string) =>
    one.record(name, { type: 'alert', alert: { ...ALERT, id, state: 'ended' }, evidence: null })
  one.record('eth0', { type: 'alert', alert: ALERT, evidence: null })
  end('eth1', ALERT.id)
  const own = {
    ...ALERT,
    id: 'b'.repeat(32),
    kind: 'watch_stopped',
    interface: 'eth0',
    evidenceBytes: 0,
  } as const
  one.recordAlert(own, null)
  end('eth0', own.id)
  expect([alerts.get(ALERT.id)?.state, alerts.get(own.id)?.state]).toEqual(['active', 'active'])
})
