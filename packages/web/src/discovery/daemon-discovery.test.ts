import { NetWatcherError, text, worded } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { DaemonApi, ScanUpdate } from '../daemon/types.js'
import { daemonWith } from '../testing/test-daemon.js'
import { hostOf, scanSummary } from '../testing/test-store.js'
import type { LiveNews } from '../views/live-event.js'
import { DaemonDiscovery } from './daemon-discovery.js'

const HOST = hostOf('10.0.0.2', 'aa:bb:cc:dd:ee:02')
const summary = scanSummary({ found: 1 })
const UPDATES: ScanUpdate[] = [
  { kind: 'progress', asked: 100, total: 254, found: 0 },
  { kind: 'host', host: HOST },
  { kind: 'summary', summary },
]

function setUp(change: Partial<DaemonApi> = {}) {
  const state = { nowMs: 0, scans: 0 }
  const published: LiveNews[] = []
  const daemon = {
    async *scan() {
      state.scans++
      yield* UPDATES
    },
    readNeighborCache: async () => [hostOf('10.0.0.3', 'aa:bb:cc:dd:ee:03')],
    ...change,
  } as DaemonApi
  const discovery = new DaemonDiscovery(
    daemonWith(daemon),
    (event) => published.push(event),
    () => state.nowMs,
  )
  return { discovery, published, state }
}

test('calls at the same time share a scan, and its result is good for a few seconds', async () => {
  const { discovery, state } = setUp()
  const [first, second] = await Promise.all([discovery.discover(), discovery.discover()])
  expect(first).toMatchObject({ hosts: [HOST], method: 'arp' })
  expect(second).toBe(first)
  state.nowMs = 4_000
  await discovery.discover()
  expect(state.scans).toBe(1)
  state.nowMs = 6_000
  await discovery.discover()
  expect(state.scans).toBe(2)
})

test('the neighbour table answers where scanning is not allowed, but not where the daemon is away', async () => {
  const failing = (code: 'permission_denied' | 'unavailable') => ({
    scan: async function* (): AsyncGenerator<ScanUpdate> {
      yield* []
      throw new NetWatcherError(code, 'X', 'It does not work.')
    },
  })
  const refused = setUp(failing('permission_denied'))
  expect(await refused.discovery.discover()).toMatchObject({
    method: 'neighbor_table',
    details: [worded('It does not work.')],
    hosts: [{ ip: '10.0.0.3' }],
  })
  const away = setUp(failing('unavailable'))
  await expect(away.discovery.discover()).rejects.toMatchObject({ code: 'unavailable' })
})

test('a scan that is asked for tells its progress and its end', async () => {
  const { discovery, published } = setUp()
  const first = discovery.start({ interface: 'eth0' })
  await expect(discovery.start({ interface: 'eth0' })).rejects.toMatchObject({ reason: 'SCAN_RUNNING' })
  await first
  await expect.poll(() => published.length).toBe(3)
  expect(published[0]).toMatchObject({ type: 'scan', interface: 'eth0', asked: 100, finished: false })
  expect(published[2]).toMatchObject({ found: 1, total: 254, finished: true })
  await discovery.start({ interface: 'eth0' })
})

test('a scan that fails ends with the reason', async () => {
  const { discovery, published } = setUp({
    scan: async function* () {
      yield* UPDATES.slice(0, 1)
      throw new NetWatcherError('failed_precondition', 'LINK_DOWN', 'eth0 is down.')
    },
  })
  await discovery.start({})
  await expect
    .poll(() => published.at(-1))
    .toMatchObject({ finished: true, details: [worded('eth0 is down.')] })
})

test('a scan that the daemon does not begin is refused with its reason, and another can be started', async () => {
  const { discovery, published } = setUp({
    scan: async function* (): AsyncGenerator<ScanUpdate> {
      yield* []
      throw new NetWatcherError(
        'invalid_argument',
        'TARGET_TOO_WIDE',
        '11.0.0.0/8: more than 65536 addresses',
      )
    },
  })
  for (let i = 0; i < 2; i++)
    await expect(discovery.start({ allowLarge: true })).rejects.toMatchObject({ reason: 'TARGET_TOO_WIDE' })
  expect(published).toMatchObject([{ finished: true }, { finished: true }])
})

test('a scan that is under way is waited for, and then the one that was asked for runs', async () => {
  let asked = 0
  const { discovery, published } = setUp({
    scan: async function* (): AsyncGenerator<ScanUpdate> {
      if (asked++ < 2)
        throw new NetWatcherError('resource_exhausted', 'SCAN_IN_PROGRESS', 'A scan of eth0 is under way.')
      yield* UPDATES
    },
  })
  await discovery.start({})
  expect(published).toMatchObject([{ finished: false, details: [worded('A scan of eth0 is under way.')] }])
  await expect
    .poll(() => published.at(-1), { timeout: 5_000 })
    .toMatchObject({ finished: true, total: 254, found: 1 })
})

test('a scan that waits for another can be cancelled', async () => {
  const { discovery, published } = setUp({
    scan: async function* (): AsyncGenerator<ScanUpdate> {
      yield* []
      throw new NetWatcherError('resource_exhausted', 'SCAN_IN_PROGRESS', 'A scan of eth0 is under way.')
    },
  })
  await discovery.start({ interface: 'eth0' })
  discovery.cancel('eth0')
  await expect
    .poll(() => published.at(-1))
    .toMatchObject({ finished: true, details: [text('scan_cancelled')] })
})
