import { text, worded } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { GapsResponse } from '../contract/gaps.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE } from '../testing/test-api.js'
import { event, SENSOR } from '../testing/test-store.js'

const whole = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, fromMs: 0, toMs: 0, sensor: null }

test('gaps are told with their times and their cause, in the language of the reader', async () => {
  await using api = await createTestApi()
  const times = { fromMs: 1_800_000_000_000, toMs: 1_800_000_005_000, sensor: SENSOR, trafficBytes: 9 }
  const gaps = [
    { ...whole, cause: text('gap_restarted') },
    { ...whole, ...times, cause: text('gap_journal_full') },
    { ...whole, cause: worded('A sentence of a newer daemon.') },
  ]
  const events = gaps.map((gap, i) => event(i + 1, { kind: 'gap', gap }))
  await applyEvents(api.deps.store, FAKE_SOURCE, events, 1_800_000_009_000)
  const ask = async (language: string) => {
    const response = await api.request('GET', '/api/gaps?pageSize=2', {
      headers: { 'accept-language': language },
    })
    return (await response.json()) as GapsResponse
  }
  expect(await ask('en')).toMatchObject({
    total: 3,
    gaps: [
      { cause: 'A sentence of a newer daemon.', interface: null, fromMs: 0 },
      {
        ...{ cause: 'The journal was full and these events had not been read.', trafficBytes: 9 },
        ...{ interface: 'eth0', site: 'default', atMs: 1_800_000_009_000 },
        ...{ fromMs: 1_800_000_000_000, toMs: 1_800_000_005_000 },
      },
    ],
  })
  const { gaps: told } = await ask('id')
  expect(told[1]?.cause).toBe('Jurnal penuh dan peristiwa ini belum dibaca.')
})
