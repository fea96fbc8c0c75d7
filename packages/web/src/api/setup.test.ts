import { expect, test } from 'vitest'
import type { SetupResponse } from '../contract/setup.js'
import type { ScanSummary } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'
import { event, SENSOR, scanSummary } from '../testing/test-store.js'

async function setupOf(api: TestApi): Promise<SetupResponse> {
  return (await (await api.request('GET', '/api/setup')).json()) as SetupResponse
}

test('the first scan of a network stays done, and questions to single devices are none', async () => {
  await using api = await createTestApi()
  const { store } = api.deps
  let sequence = 0
  const scan = (change: Partial<ScanSummary>, atMs: number) => {
    const summary = scanSummary(change)
    sequence += 1
    const told = event(sequence, { kind: 'scan', sensor: SENSOR, summary, hosts: [] })
    return applyEvents(store, FAKE_SOURCE, [{ ...told, atMs }], atMs)
  }
  const first = async () => (await setupOf(api)).firstScanMs
  expect(await first()).toBeNull()
  await scan({ targets: ['10.0.0.3/32', '10.0.0.4'] }, 1_800_000_000_000)
  await scan({ isComplete: false }, 1_800_000_001_000)
  expect(await first()).toBeNull()
  await scan({ targets: ['10.0.0.3/32', '10.0.1.0/24'] }, 1_800_000_002_000)
  await scan({}, 1_800_000_003_000)
  expect(await first()).toBe(1_800_000_002_000)
})

test('that a drill was made is known after the start of the process that knew of it', async () => {
  await using api = await createTestApi()
  expect((await setupOf(api)).firstDrillMs).toBeNull()
  const before = Date.now()
  expect((await api.request('POST', '/api/drill/start', { body: {} })).status).toBe(202)
  const { firstDrillMs } = await setupOf(api)
  expect(firstDrillMs).toBeGreaterThanOrEqual(before)
  const rows = await api.deps.store.database.read.query(
    "SELECT value FROM setting WHERE name = 'first_drill_ms'",
  )
  expect(rows).toEqual([{ value: String(firstDrillMs) }])
})
