import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { DaemonLink } from '../daemon/link.js'
import type { DaemonEvent, DaemonStatus, EventPayload } from '../daemon/types.js'
import { PresenceTracker } from '../presence/tracker.js'
import { alertOf, createTestStore, event, hostOf, SENSOR, SOURCE, trafficOf } from '../testing/test-store.js'
import { applyEvents } from './apply.js'

/** What the clock shows once it is right; `event` stamps with it. Before, it was an hour ahead. */
const NOW = 1_800_000_000_000
const AHEAD = NOW + HOUR_MS
const MAC = 'aa:bb:cc:dd:ee:01'
const OTHER = 'aa:bb:cc:dd:ee:02'

const seen = (mac: string, seenMs: number, ip = '10.0.0.1'): EventPayload => ({
  kind: 'observation',
  hosts: [hostOf(ip, mac, { seenMs })],
  names: [],
  clues: [],
})
const stepBack = { kind: 'clock_step', sensor: SENSOR, stepMs: -HOUR_MS } as const

/** All at once, or event by event. */
async function apply(events: DaemonEvent[], cut: 'whole' | 'each') {
  const test = await createTestStore()
  const batches = cut === 'whole' ? [events] : events.map((one) => [one])
  for (const batch of batches) await applyEvents(test.store, SOURCE, batch, NOW)
  await test.store.traffic.fold()
  return test
}

test.each(['whole', 'each'] as const)(
  'no device stays in the future when the clock is set back (%s)',
  async (cut) => {
    await using test = await apply(
      [
        event(1, seen(OTHER, NOW - MINUTE_MS, '10.0.0.2')),
        event(2, seen(MAC, AHEAD - 20 * MINUTE_MS)),
        // Not folded yet when the clock is set.
        event(3, trafficOf([{ deviceMac: MAC }], AHEAD - 10 * MINUTE_MS)),
        event(4, stepBack),
      ],
      cut,
    )
    const device = await test.store.devices.get(MAC)
    expect(device?.lastSeenMs).toBe(NOW - 10 * MINUTE_MS + 1000)
    expect(device?.firstSeenMs).toBeLessThanOrEqual(device?.lastSeenMs ?? 0)
    expect(device?.addresses[0]?.lastSeenMs).toBe(NOW - 20 * MINUTE_MS)
    // By the right clock already, and so by another sensor or before it went wrong.
    expect((await test.store.devices.get(OTHER))?.lastSeenMs).toBe(NOW - MINUTE_MS)
  },
)

test.each(['whole', 'each'] as const)('what is seen after the step counts (%s)', async (cut) => {
  await using test = await apply(
    [
      event(1, seen(MAC, AHEAD, '10.0.0.1')),
      event(2, { kind: 'alert', alert: alertOf({ lastSeenMs: AHEAD }) }),
      event(3, stepBack),
      event(4, seen(MAC, NOW + 5, '10.0.0.9')),
      event(5, { kind: 'alert', alert: alertOf({ lastSeenMs: NOW + 5, count: 2 }) }),
    ],
    cut,
  )
  const { store } = test
  expect((await store.devices.get(MAC))?.lastSeenMs).toBe(NOW + 5)
  expect((await store.devices.holderOf(SOURCE.siteId, '10.0.0.9'))?.mac).toBe(MAC)
  expect(await store.alerts.get('a'.repeat(32))).toMatchObject({ alert: { count: 2 } })
})

test('a device that has left is offline half an hour later by the right clock', async () => {
  await using test = await apply([event(1, seen(MAC, AHEAD)), event(2, stepBack)], 'each')
  let nowMs = NOW
  const link = new DaemonLink(
    () => nowMs,
    () => {},
  )
  link.connected({
    daemonId: SENSOR.daemonId,
    sensors: [{ sensor: SENSOR, state: 'running' }],
  } as DaemonStatus)
  const tracker = new PresenceTracker({
    store: test.store,
    daemons: link,
    ask: async () => true,
    nowMs: () => nowMs,
    onChanged: () => {},
  })
  nowMs = NOW + 31 * MINUTE_MS
  // The first time it is asked whether it has really gone.
  await tracker.update()
  nowMs += 15_000
  await tracker.update()
  expect((await test.store.devices.get(MAC))?.presence).toBe('offline')
})

test('a step ahead, and one of another daemon, change nothing', async () => {
  await using test = await apply(
    [event(1, seen(MAC, AHEAD)), event(2, { ...stepBack, stepMs: HOUR_MS })],
    'each',
  )
  const sensor = { daemonId: 'e'.repeat(32), interface: 'eth0' }
  const source = { ...SOURCE, daemonId: sensor.daemonId }
  await applyEvents(test.store, source, [event(1, { ...stepBack, sensor })], NOW)
  expect((await test.store.devices.get(MAC))?.lastSeenMs).toBe(AHEAD)
})
