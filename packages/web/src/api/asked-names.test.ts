/** Which names devices asked DNS for: kept only where somebody wants it, for a while, and gone with the device. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseConfig } from '../config.js'
import type { AskedNamesResponse } from '../contract/asked-names.js'
import { applyEvents } from '../ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../ingest/retention-plan.js'
import { openStore, type Store } from '../storage/store.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { event, hostOf, SENSOR, SOURCE } from '../testing/test-store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const OTHER = 'aa:bb:cc:dd:ee:02'
/** At the beginning of ten minutes. */
const START_MS = Date.UTC(2026, 2, 20, 12)
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }
const hosts = [hostOf('192.168.1.10', MAC), hostOf('192.168.1.11', OTHER)]
const path = (mac: string) => `/api/devices/${mac}/asked-names`

let api: TestApi
let sequence = 0

beforeEach(async () => {
  api = await createTestApi({}, undefined, 7)
  sequence = 0
  // Without it devices are forgotten after a day.
  await api.deps.store.inventoryChoices.set('on')
})

afterEach(async () => await api[Symbol.asyncDispose]())

const observed = (atMs: number, names: readonly string[], mac = MAC) => {
  const clues = names.map((value) => ({ mac, source: 'dns_asked' as const, value }))
  return { ...event(++sequence, { kind: 'observation' as const, hosts, names: [], clues }), atMs }
}
const ask = (atMs: number, names: readonly string[], mac = MAC) =>
  applyEvents(api.deps.store, SOURCE, [observed(atMs, names, mac)], atMs)
const asked = async (mac = MAC) => (await (await api.request('GET', path(mac))).json()) as AskedNamesResponse

test('a name is kept with its device, in how many ten minutes it was asked for, first and last', async () => {
  await ask(START_MS, ['example.org', 'example.net'])
  // Another sensor tells of the same question.
  await ask(START_MS + MINUTE_MS, ['example.org'])
  await ask(START_MS + 10 * MINUTE_MS, ['example.org'])
  await ask(START_MS, ['other.example.com'], OTHER)
  await ask(START_MS, ['stranger.example.com'], 'aa:bb:cc:dd:ee:99')
  expect(await asked()).toEqual({
    keptDays: 7,
    names: [
      { name: 'example.org', periods: 2, firstSeenMs: START_MS, lastSeenMs: START_MS + 10 * MINUTE_MS },
      { name: 'example.net', periods: 1, firstSeenMs: START_MS, lastSeenMs: START_MS },
    ],
  })
  expect((await asked(OTHER)).names.map(({ name }) => name)).toEqual(['other.example.com'])
})

test('they are saved as CSV; a device that is not known has none', async () => {
  await ask(START_MS, ['example.org'])
  const file = await api.request('GET', `${path(MAC)}?format=csv`)
  expect(file.headers.get('content-disposition')).toContain('netwatcher-asked-names.csv')
  expect(await file.text()).toBe(
    `name,periods,firstSeenMs,lastSeenMs\r\nexample.org,1,${START_MS},${START_MS}\r\n`,
  )
  expect((await api.request('GET', path('aa:bb:cc:dd:ee:99'))).status).toBe(404)
  expect((await api.request('GET', `${path(MAC)}?format=xml`)).status).toBe(400)
})

test('of a device that asks for names without end the latest thousand are kept', async () => {
  const many = (from: number) => Array.from({ length: 700 }, (_, i) => `n${from + i}.example.org`)
  await ask(START_MS, many(0))
  await ask(START_MS + 1, many(700))
  const { names } = await asked()
  expect(names).toHaveLength(1000)
  expect(names.filter(({ lastSeenMs }) => lastSeenMs === START_MS + 1)).toHaveLength(700)
})

test('retention takes what is older than it is kept', async () => {
  await ask(START_MS, ['old.example.org'])
  await ask(START_MS + 2 * HOUR_MS, ['young.example.org'])
  const nowMs = START_MS + 7 * DAY_MS + HOUR_MS
  await api.deps.store.retention.apply(planRetention(nowMs, POLICY, NO_PRESSURE))
  expect((await asked()).names.map(({ name }) => name)).toEqual(['young.example.org'])
})

test('they go with their device', async () => {
  await ask(START_MS, ['example.org'])
  await ask(START_MS, ['other.example.com'], OTHER)
  expect((await api.request('DELETE', `/api/devices/${MAC}`)).status).toBe(204)
  const rows = await api.deps.store.database.read.query('SELECT name FROM asked_name')
  expect(rows).toEqual([{ name: 'other.example.com' }])
})

test('a clock that is set back takes them with it', async () => {
  await ask(START_MS + 20 * DAY_MS, ['example.org'])
  const step = { kind: 'clock_step' as const, sensor: SENSOR, stepMs: -20 * DAY_MS }
  await applyEvents(api.deps.store, SOURCE, [{ ...event(++sequence, step), atMs: START_MS }], START_MS)
  expect((await asked()).names).toMatchObject([{ firstSeenMs: START_MS, lastSeenMs: START_MS }])
})

test('nothing is kept unless somebody wants it, and what was goes when it is switched off', async () => {
  await using directory = await temporaryDirectory()
  const open = (askedNamesDays: number) =>
    openStore({ stateDir: directory.path, nowMs: Date.now, askedNamesDays })
  const off = await open(0)
  const count = async (store: Store) =>
    (await store.database.read.query('SELECT count(*) AS n FROM asked_name'))[0].n
  await applyEvents(off, SOURCE, [observed(START_MS, ['example.org'])], START_MS)
  expect(await count(off)).toBe(0)
  await off.close()
  const on = await open(7)
  await applyEvents(on, SOURCE, [observed(START_MS, ['example.org'])], START_MS)
  await on.askedNames.forgetUnwanted()
  expect(await count(on)).toBe(1)
  await on.close()
  const again = await open(0)
  await again.askedNames.forgetUnwanted()
  expect(await count(again)).toBe(0)
  await again.close()
})

test('the setting is off unless it is on, and for 30 days at most', () => {
  const talk = (text: string) => {
    const parsed = parseConfig(`[talk]\n${text}`)
    return parsed.ok ? parsed.config.talk : parsed.errors
  }
  expect(talk('')).toMatchObject({ asked_names: false, asked_names_days: 7 })
  expect(talk('asked_names = true\nasked_names_days = 30')).toMatchObject({ asked_names_days: 30 })
  expect(JSON.stringify(talk('asked_names_days = 31'))).toContain('asked_names_days')
})
