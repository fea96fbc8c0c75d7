import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js'
import { NO_TEXT } from '@netwatcher/shared'
import type { Event } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { EventKind, EventServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeEvent, encodeGap } from '../convert/event.js'
import { AlertStore } from '../journal/alert-store.js'
import { fakeAudit } from '../journal/fake-audit.js'
import { Journal } from '../journal/journal.js'
import { reportAlert } from '../journal/report-alert.js'
import type { StoredAlert } from '../model/alert.js'
import { openStateDirectory } from '../os/state-directory.js'
import { createEventService } from './event-service.js'
import { Handlers } from './handlers.js'

const BOOT = 'b'.repeat(32)
const DAEMON_ID = 'd'.repeat(32)
const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const JOURNAL_BYTES = 8192
const LIMITS = { count: 100, alertBytes: 1_000_000, evidenceBytes: 1_000_000 }

let directory: string
let server: Server
let client: EventServiceClient
let journal: Journal
let alerts: AlertStore

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-events-'))
  journal = new Journal(BOOT, JOURNAL_BYTES, {
    encodeEvent: (position, atMs, payload) => encodeEvent(position, atMs, payload, DAEMON_ID),
    encodeGap,
    nowMs: () => 1000,
  })
  alerts = new AlertStore(
    openStateDirectory(join(directory, 'state'), () => {}),
    LIMITS,
    LOG,
  )
  const { definition, implementation } = createEventService({
    ...{ handlers: new Handlers(LOG), journal, alerts, audit: fakeAudit().trail, via: 'group' },
    rights: { stopCapture: true, pinBindings: true, acknowledgeAlerts: true },
  })
  server = new Server()
  server.addService(definition, implementation)
  const address = `unix:${join(directory, 'socket')}`
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    )
  })
  client = new EventServiceClient(address, credentials.createInsecure())
})

afterEach(() => {
  client.close()
  server.forceShutdown()
  rmSync(directory, { recursive: true })
})

function alertOf(number: number): StoredAlert {
  return {
    ...{ id: number.toString(16).padStart(32, '0'), kind: 'arp_spoof', severity: 'critical', state: 'ended' },
    ...{ ip: '192.168.1.1', vlan: 0, parties: [], expected: NO_TEXT, seen: NO_TEXT, advice: NO_TEXT },
    ...{ reasonsFor: [], reasonsAgainst: [], verifications: [], interface: 'eth0', evidenceBytes: 0 },
    ...{ firstSeenMs: 1, lastSeenMs: number, count: 1 },
  }
}

function raise(number: number): void {
  reportAlert({ journal, alerts }, alerts.put(alertOf(number), null))
}

/** More than the journal holds. */
function overflow(): void {
  for (let i = 0; i < 200; i++) journal.append({ kind: 'clock_step', interface: 'eth0', stepMs: 1 })
}

/** The events after `sequence`, as far as the last. */
async function readAfter(sequence: number, isLast: (event: Event) => boolean, kinds: EventKind[] = []) {
  const stream = client.watch({ after: { bootId: BOOT, sequence: BigInt(sequence) }, kinds })
  const events: Event[] = []
  stream.on('error', () => {})
  for await (const { event } of stream) {
    if (event) events.push(event)
    if (event && isLast(event)) break
  }
  stream.cancel()
  return events
}

async function acknowledge(sequence: bigint | undefined): Promise<number> {
  return await new Promise((resolve, reject) => {
    client.acknowledge({ upTo: { bootId: BOOT, sequence: sequence ?? 0n } }, (error, response) =>
      error ? reject(error) : resolve(response.unacknowledgedAlerts),
    )
  })
}

const alertIds = (events: Event[]) =>
  events.flatMap(({ payload }) => (payload?.$case === 'alert' ? [payload.value.id] : []))

test('an alert that was dropped unread is told again after what is held, and only then acknowledged', async () => {
  journal.append({ kind: 'clock_step', interface: 'eth0', stepMs: 1 })
  await readAfter(0, () => true)
  raise(1)
  overflow()
  const events = await readAfter(1, ({ payload }) => payload?.$case === 'alert')
  const [gap, ...rest] = events
  expect(gap?.payload).toMatchObject({ $case: 'gap', value: { firstSequence: 2n } })
  expect(alertIds(rest)).toEqual([alertOf(1).id])
  const sequences = rest.map(({ position }) => Number(position?.sequence))
  expect(sequences).toEqual(sequences.map((_, i) => Number(gap?.position?.sequence) + 1 + i))
  expect(await acknowledge(rest.at(-2)?.position?.sequence)).toBe(1)
  expect(await acknowledge(rest.at(-1)?.position?.sequence)).toBe(0)
})

test('more alerts than the journal holds are told one after the other, each once', async () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i + 1)
  for (const number of numbers) raise(number)
  overflow()
  const last = alertOf(60).id
  const events = await readAfter(0, ({ payload }) => payload?.$case === 'alert' && payload.value.id === last)
  expect(alertIds(events)).toEqual(numbers.map((number) => alertOf(number).id))
  expect(events.filter(({ payload }) => payload?.$case === 'gap')).toHaveLength(1)
  expect(journal.status().bytes).toBeLessThanOrEqual(JOURNAL_BYTES)
})

test('a reader who wants no alerts leaves them to be told to who does', async () => {
  raise(1)
  overflow()
  const newest = journal.newestSequence
  await readAfter(0, ({ position }) => Number(position?.sequence) === newest, [EventKind.CLOCK_STEP])
  expect(journal.newestSequence).toBe(newest)
  expect(alertIds(await readAfter(0, ({ payload }) => payload?.$case === 'alert'))).toEqual([alertOf(1).id])
})
