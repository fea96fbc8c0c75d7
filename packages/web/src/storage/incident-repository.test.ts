import { HOUR_MS, MINUTE_MS, type Party } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { SensorAlert } from '../daemon/types.js'
import { CROWD } from '../incidents/story.js'
import { applyEvents } from '../ingest/apply.js'
import { alertOf, createTestStore, event, SOURCE } from '../testing/test-store.js'
import type { Store } from './store.js'

const NOW = 1_800_000_000_000
const GATEWAY = 'aa:bb:cc:dd:ee:01'
const ATTACKER = 'aa:bb:cc:dd:ee:66'
const party = (role: Party['role'], mac: string, ip = ''): Party => ({ role, mac, ip, certainty: 'likely' })
const PAGE = { page: 1, pageSize: 500, order: { key: 'lastSeen', isDescending: true } }

let sequence = 0
const id = (n: number) => n.toString(16).padStart(32, '0')

async function tell(store: Store, ...alerts: Partial<SensorAlert>[]): Promise<void> {
  for (const change of alerts) {
    const payload = { kind: 'alert' as const, alert: alertOf(change) }
    await applyEvents(store, SOURCE, [event(++sequence, payload)], NOW)
  }
}

test('a man in the middle, an alert for each address and kind, is one incident', async () => {
  await using test = await createTestStore()
  const { store } = test
  const suspect = party('suspect', ATTACKER)
  await tell(
    store,
    { id: id(1), kind: 'mac_changed', severity: 'info', ip: '10.0.0.9', parties: [suspect] },
    {
      id: id(2),
      kind: 'gateway_spoof',
      severity: 'critical',
      ip: '10.0.0.1',
      parties: [suspect, party('holder', GATEWAY, '10.0.0.1'), party('affected', 'aa:bb:cc:dd:ee:02')],
    },
    { id: id(3), kind: 'arp_spoof', ip: '10.0.0.2', parties: [suspect, party('affected', GATEWAY)] },
    { id: id(4), kind: 'forwarding_host', ip: '', parties: [suspect] },
  )
  const { incidents } = await store.incidents.list(PAGE)
  expect(incidents).toMatchObject([
    {
      id: id(1),
      kind: 'gateway_spoof',
      severity: 'critical',
      alerts: 4,
      active: 4,
      addresses: ['10.0.0.9', '10.0.0.1', '10.0.0.2'],
    },
  ])
  expect(incidents[0]?.parties.filter(({ role }) => role === 'affected')).toHaveLength(2)
  expect(await store.incidents.alertIds(id(1), 10)).toEqual([1, 2, 3, 4].map(id))
})

test('another suspect, another time or another place is another incident', async () => {
  await using test = await createTestStore()
  const { store } = test
  const suspect = (mac: string) => ({ parties: [party('suspect', mac)] })
  const later = NOW + HOUR_MS
  const elsewhere = await store.sites.ensure('elsewhere')
  await tell(
    store,
    { id: id(1), ...suspect(ATTACKER) },
    { id: id(2), ...suspect(GATEWAY) },
    { id: id(3), ...suspect(ATTACKER), firstSeenMs: later, lastSeenMs: later },
  )
  const payload = { kind: 'alert' as const, alert: alertOf({ id: id(4), ...suspect(ATTACKER) }) }
  const source = { siteId: elsewhere, daemonId: 'e'.repeat(32), name: 'elsewhere' }
  payload.alert.sensor = { daemonId: source.daemonId, interface: 'eth0' }
  await applyEvents(store, source, [event(1, payload)], NOW)
  expect((await store.incidents.list(PAGE)).total).toBe(4)
})

test('it begins with what is worth a warning, not with an older note that belongs to it', async () => {
  await using test = await createTestStore()
  const { store } = test
  const note = { id: id(1), kind: 'new_device', severity: 'info', firstSeenMs: NOW, lastSeenMs: NOW } as const
  const later = { firstSeenMs: NOW + 60_000, lastSeenMs: NOW + 60_000 }
  await tell(store, { ...note, parties: [party('suspect', ATTACKER)] })
  expect((await store.incidents.list(PAGE)).incidents).toMatchObject([{ firstSeenMs: NOW }])
  await tell(store, { id: id(2), parties: [party('suspect', ATTACKER)], ...later })
  expect((await store.incidents.list(PAGE)).incidents).toMatchObject([
    { alerts: 2, firstSeenMs: later.firstSeenMs },
  ])
})

test('a flood is one incident, whatever it invents', async () => {
  await using test = await createTestStore()
  const { store } = test
  await tell(store, { id: id(1), kind: 'mac_flood', ip: '', parties: [] })
  await tell(store, { id: id(2), kind: 'mac_flood', ip: '', parties: [party('suspect', GATEWAY)] })
  expect((await store.incidents.list(PAGE)).incidents).toMatchObject([{ kind: 'mac_flood', alerts: 2 }])
  for (let n = 0; n < 3 * CROWD; n++) {
    const mac = `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`
    await tell(store, { id: id(100 + n), kind: 'arp_scan', ip: '', parties: [party('suspect', mac)] })
  }
  const { incidents, total } = await store.incidents.list({ ...PAGE, kind: 'arp_scan' })
  expect(total).toBe(CROWD)
  expect(incidents.map(({ alerts }) => alerts).sort((a, b) => b - a)[0]).toBe(2 * CROWD + 1)
})

test('it is open, then read, opened again when it gets worse, and ends with its last alert', async () => {
  await using test = await createTestStore()
  const { store } = test
  const states = async () => (await store.incidents.counts()).map(({ state }) => state)
  await tell(store, { id: id(1) }, { id: id(2) })
  expect(await states()).toEqual(['open'])
  expect(await store.incidents.acknowledge(id(1), 'Ani', NOW)).toBe(true)
  expect(await store.incidents.acknowledge(id(9), 'Ani', NOW)).toBe(false)
  expect(await states()).toEqual(['acknowledged'])
  expect((await store.alerts.get(id(2)))?.acknowledgedMs).toBe(NOW)
  await tell(store, { id: id(2), severity: 'critical', count: 2 })
  expect(await states()).toEqual(['open'])
  await tell(store, { id: id(1), state: 'ended', count: 2 })
  expect(await states()).toEqual(['open'])
  await tell(store, { id: id(2), severity: 'critical', state: 'ended', count: 3 })
  expect(await states()).toEqual(['ended'])
  const kinds = (await store.incidents.entries(id(1))).map(({ kind }) => kind)
  expect(kinds).toEqual(['opened', 'acknowledged', 'escalated', 'ended'])
})

test('what is muted stays so for the next incident of that kind and suspect', async () => {
  await using test = await createTestStore()
  const { store } = test
  const untilMs = NOW + 10 * HOUR_MS
  await tell(store, { id: id(1) })
  await store.incidents.mute(id(1), untilMs, NOW)
  await store.incidents.snooze(id(1), NOW + MINUTE_MS, NOW)
  const later = { firstSeenMs: NOW + 2 * HOUR_MS, lastSeenMs: NOW + 2 * HOUR_MS }
  await tell(store, { id: id(2), ...later }, { id: id(3), ...later, kind: 'port_scan' })
  expect(await store.incidents.get(id(2))).toMatchObject({ mutedUntilMs: untilMs, snoozedUntilMs: 0 })
  // It joined the incident, which is about the same suspect at the same time.
  expect((await store.incidents.ofAlerts([id(3)])).map((one) => one.id)).toEqual([id(2)])
})

test("somebody else's alert of the same id changes nothing", async () => {
  await using test = await createTestStore()
  const { store } = test
  await tell(store, { id: id(1) })
  const foreign = alertOf({ id: id(1), severity: 'critical', count: 9 })
  foreign.sensor = { ...foreign.sensor, interface: 'eth1' }
  await tell(store, foreign)
  expect((await store.incidents.list(PAGE)).incidents).toMatchObject([{ severity: 'warning', alerts: 1 }])
})

test('a block of a suspect is in the timeline, once', async () => {
  await using test = await createTestStore()
  const { store } = test
  await tell(store, { id: id(1) })
  const block = {
    id: 'block-1',
    targets: [ATTACKER],
    state: 'applied' as const,
    appliedMs: NOW + 1,
    confirmByMs: 0,
    expiresMs: 0,
    reason: '',
    rules: [],
    suspended: { rule: '', params: {} },
    schedule: null,
    policy: null,
  }
  const state = {
    isEnabled: true,
    detail: { rule: '', params: {} },
    backend: '',
    blocks: [block],
    allowedPolicies: [],
  }
  for (let time = 0; time < 2; time++) {
    await applyEvents(store, SOURCE, [event(++sequence, { kind: 'firewall', state })], NOW)
  }
  expect(await store.incidents.entries(id(1))).toMatchObject([
    { kind: 'opened' },
    { kind: 'blocked', ref: 'block-1', atMs: NOW + 1 },
  ])
})
