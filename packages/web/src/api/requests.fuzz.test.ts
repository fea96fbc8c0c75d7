/**
 * Hostile bodies, queries and paths at every route, and hostile settings: each
 * is answered or refused in a sentence, never by a failure of the server.
 */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseConfig } from '../config.js'
import { createTestApi } from '../testing/test-api.js'
import { apiRoutes } from './api.js'
import type { Route } from './route.js'

const SECONDS = Number(process.env.NETWATCHER_FUZZ_SECONDS ?? 12)
const SEED = Number(process.env.NETWATCHER_FUZZ_SEED ?? 1)
const TIMEOUT_MS = SECONDS * 1000 + 120_000
const SPENT = {
  seed: SEED,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: (SECONDS * 1000) / 2,
  markInterruptAsFailure: false,
}

const FIELDS = [
  'dst',
  'bytes',
  'targets',
  'lifetimeSeconds',
  'confirmSeconds',
  'reason',
  'token',
  'target',
  'confirmation',
  'blockId',
  'name',
  'notes',
  'isKnown',
  'ip',
  'mac',
  'interface',
  'ids',
  '__proto__',
  'constructor',
]
const value = fc.oneof(
  fc.constantFrom('192.168.1.66', 'aa:bb:cc:dd:ee:01', '0000000000000001', 60, 1e308, -0, true, null, ''),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
  fc.double().map((number) => (Number.isFinite(number) ? number : String(number))),
  fc.constant('x'.repeat(5000)),
)
const body = fc.oneof(
  fc
    .dictionary(fc.constantFrom(...FIELDS), fc.oneof(value, fc.array(value, { maxLength: 40 })))
    .map((one) => JSON.stringify(one)),
  fc.jsonValue().map((one) => JSON.stringify(one)),
  fc.string({ unit: 'binary' }),
)
const word = fc.string({ unit: 'binary', maxLength: 60 })
const query = fc.array(
  fc.tuple(fc.constantFrom('page', 'q', 'sort', 'from', 'to', 'ip', 'lang', 'x'), word),
  { maxLength: 4 },
)

function pathOf(route: Route, id: string, pairs: [string, string][]): string {
  const search = new URLSearchParams(pairs).toString()
  return route.path.replace(':id', encodeURIComponent(id) || 'x') + (search && `?${search}`)
}

test('no body, query or path makes the server fail', { timeout: TIMEOUT_MS }, async () => {
  await using api = await createTestApi()
  const routes = apiRoutes(api.deps)
    .flat()
    .filter(({ path }) => path !== '/api/events')
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, query, word, async (route, text, pairs, id) => {
      const isReading = route.method === 'GET'
      const path = pathOf(route, id, isReading ? pairs : [])
      const response = await api.request(route.method, path, isReading ? {} : { body: text })
      expect([route.method, path, text, response.status]).not.toEqual([route.method, path, text, 500])
      await response.body?.cancel()
      count++
    }),
    SPENT,
  )
  expect(count).toBeGreaterThan(10)
})

const SETTINGS = readFileSync(new URL('../../../../systemd/netwatcher-web.toml', import.meta.url), 'utf8')

test('no text in the settings does more than have them refused', { timeout: TIMEOUT_MS }, () => {
  const edit = fc.tuple(fc.nat(SETTINGS.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 20 }))
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const text = edits.reduce(
        (one, [at, cut, put]) => one.slice(0, at) + put + one.slice(at + cut),
        SETTINGS,
      )
      const result = parseConfig(text)
      if (!result.ok) expect(result.errors.every(({ message }) => message !== '')).toBe(true)
    }),
    SPENT,
  )
})
