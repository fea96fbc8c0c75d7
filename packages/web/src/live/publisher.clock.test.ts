import { NO_TEXT } from '@netwatcher/shared'
import { expect, test, vi } from 'vitest'
import { captureFrom } from '../daemon/convert.js'
import { captureStatus } from '../daemon/fake-messages.js'
import type { CaptureStatus, DaemonApi, DaemonEvent, DaemonStatus } from '../daemon/types.js'
import { ReverseDns } from '../identity/reverse-dns.js'
import { VendorTable } from '../identity/vendor.js'
import { applyEvents } from '../ingest/apply.js'
import { silentLogger } from '../os/log.js'
import { daemonWith } from '../testing/test-daemon.js'
import {
  alertOf,
  createTestStore,
  event,
  hostOf,
  SENSOR,
  SOURCE,
  scanSummary,
  trafficOf,
} from '../testing/test-store.js'
import type { LiveNews } from '../views/live-event.js'
import { NameBook } from '../views/name-book.js'
import { Views } from '../views/views.js'
import { LivePublisher } from './publisher.js'

async function setUp() {
  const test = await createTestStore()
  const published: LiveNews[] = []
  const daemon = daemonWith({} as DaemonApi)
  daemon.link.connected({ daemonId: SENSOR.daemonId, sensors: [] as CaptureStatus[] } as DaemonStatus)
  const { link } = daemon
  const views = new Views(new VendorTable(() => ({})), new ReverseDns(async () => [], Date.now), 'default', {
    idsOf: () => [],
  })
  const publisher = new LivePublisher(
    test.store,
    views,
    new NameBook(test.store, views),
    (live) => published.push(live),
    silentLogger,
  )
  return {
    link,
    published,
    types: () => published.map(({ type }) => type),
    async apply(events: DaemonEvent[]) {
      await applyEvents(test.store, SOURCE, events, Date.now())
      publisher.applied(daemon, events)
    },
    async [Symbol.asyncDispose]() {
      publisher.stop()
      await test[Symbol.asyncDispose]()
    },
  }
}

test('an alert is told at once, its devices a moment later and only once', async () => {
  await using run = await setUp()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const hosts = [hostOf('10.0.0.1', 'aa:bb:cc:dd:ee:66')]
  await run.apply([
    event(1, { kind: 'observation', hosts, names: [], clues: [] }),
    event(2, { kind: 'observation', hosts, names: [], clues: [] }),
    event(3, { kind: 'alert', alert: alertOf() }),
  ])
  await vi.waitFor(() => expect(run.types()).toEqual(['alert', 'incident']))
  await vi.advanceTimersByTimeAsync(1000)
  vi.useRealTimers()
  await expect.poll(run.types).toEqual(['alert', 'incident', 'device'])
  expect(run.published[2]).toMatchObject({ device: { mac: 'aa:bb:cc:dd:ee:66', activeAlerts: 1 } })
})

test('traffic, sensors and gaps are told as they are, the end of a scan by who follows it', async () => {
  await using run = await setUp()
  const status = captureFrom(captureStatus('eth0'))
  const gap = {
    firstSequence: 1,
    lastSequence: 2,
    trafficBytes: 0,
    cause: NO_TEXT,
    fromMs: 0,
    toMs: 0,
    sensor: null,
  }
  await run.apply([
    event(1, trafficOf([{}, {}])),
    event(2, { kind: 'capture', status }),
    event(3, { kind: 'scan', sensor: SENSOR, summary: scanSummary(), hosts: [] }),
    event(4, { kind: 'gap', gap }),
    event(5, { kind: 'unknown' }),
  ])
  expect(run.published).toMatchObject([
    { type: 'traffic', txBytes: 200, rxBytes: 400, packets: 6, interface: 'eth0' },
    { type: 'sensor', status: { interface: 'eth0', state: 'running' } },
    { type: 'reset' },
  ])
  expect(run.link.watchingSinceMs(status.sensor)).not.toBeNull()
})

test('a flood of alerts is one reset', async () => {
  await using run = await setUp()
  const events = Array.from({ length: 150 }, (_, i) =>
    event(i + 1, { kind: 'alert', alert: alertOf({ id: i.toString(16).padStart(32, '0'), parties: [] }) }),
  )
  await run.apply(events)
  await expect.poll(run.types).toEqual(['reset'])
})
