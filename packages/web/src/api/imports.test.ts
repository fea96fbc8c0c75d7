import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { expect, test } from 'vitest'
import { previewSchema } from '../contract/imports.js'
import { applyEvents } from '../ingest/apply.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { createTestApi, FAKE_SOURCE } from '../testing/test-api.js'
import { event, hostOf } from '../testing/test-store.js'

const KNOWN = 'aa:bb:cc:dd:ee:01'
const OTHER = 'aa:bb:cc:dd:ee:02'
const sensor = { daemonId: FAKE_SOURCE.daemonId, interface: 'eth0' }

test('an import is shown first, changes nothing until it is made, and is made once', async () => {
  await using api = await createTestApi()
  const { store } = api.deps
  const hosts = [hostOf('10.0.0.1', KNOWN, { sensor }), hostOf('10.0.0.5', OTHER, { sensor })]
  await applyEvents(store, FAKE_SOURCE, [event(1, { kind: 'observation', hosts, names: [], clues: [] })], 0)
  await api.request('PATCH', `/api/devices/${KNOWN}`, { body: { name: 'Mine' } })
  const text = `mac,name,owner\n${KNOWN},Theirs,Ann\naa:bb:cc:dd:ee:09,New one,Bob\n${KNOWN},Again,Bob\n`
  const shown = await api.request('POST', '/api/inventory/import/preview', { body: { text } })
  const preview = previewSchema.parse(await shown.json())
  expect(preview).toMatchObject({ format: 'table', read: 3, created: 1, changed: 1, unmatched: 1 })
  expect(preview.devices[0]).toMatchObject({
    action: 'change',
    changes: [{ field: 'owner', before: '', after: 'Ann' }],
  })
  expect(preview.devices[2]).toMatchObject({ action: 'repeated', changes: [] })
  expect((await store.devices.get(KNOWN))?.owner).toBe('')
  const make = async () =>
    await (await api.request('POST', '/api/inventory/import', { body: { text } })).json()
  expect(await make()).toEqual({ created: 1, changed: 1 })
  expect(await make()).toEqual({ created: 0, changed: 0 })
  expect(await store.devices.get(KNOWN)).toMatchObject({ name: 'Mine', owner: 'Ann' })
  expect(await store.devices.get('aa:bb:cc:dd:ee:09')).toMatchObject({
    name: 'New one',
    owner: 'Bob',
    presence: 'offline',
  })
  const { changes } = await store.changes.list(KNOWN, { page: 1, pageSize: 5 })
  expect(changes[0]).toMatchObject({ field: 'owner', source: 'import' })
  const hostsFile = { body: { text: '10.0.0.5 printer\n10.0.0.77 nobody\n' } }
  const byAddress = await (await api.request('POST', '/api/inventory/import/preview', hostsFile)).json()
  expect(byAddress).toMatchObject({ format: 'hosts', created: 0, changed: 1, unmatched: 1 })
})

test('a database of another program is taken as it is, and one that is none is refused', async () => {
  await using api = await createTestApi()
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'scan.db')
  const database = new sqlite3.Database(path)
  const sql = `CREATE TABLE now (MAC text, NAME text); INSERT INTO now VALUES ('${KNOWN}', 'NAS')`
  await new Promise((resolve) => database.exec(sql, () => database.close(resolve)))
  const sqlite = (await readFile(path)).toString('base64')
  const made = await api.request('POST', '/api/inventory/import', { body: { sqlite } })
  expect(await made.json()).toEqual({ created: 1, changed: 0 })
  expect(await api.deps.store.devices.get(KNOWN)).toMatchObject({ name: 'NAS' })
  for (const body of [{ sqlite: 'aGVsbG8=' }, { sqlite: 'hello!' }, { sqlite, text: 'x' }, {}]) {
    expect((await api.request('POST', '/api/inventory/import', { body })).status).toBe(400)
  }
})

test('a file of megabytes is taken, one that names nobody is refused', async () => {
  await using api = await createTestApi()
  const text = `mac,notes\n${KNOWN},${'x'.repeat(2 ** 20)}\n`
  expect((await api.request('POST', '/api/inventory/import/preview', { body: { text } })).status).toBe(200)
  const refused = await api.request('POST', '/api/inventory/import', { body: { text: 'hello' } })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ reason: 'IMPORT_UNKNOWN' })
  expect(
    (await api.request('PATCH', `/api/devices/${KNOWN}`, { body: { notes: 'x'.repeat(70_000) } })).status,
  ).toBe(413)
})

test('more devices than can be looked through are refused, and none is taken', async () => {
  await using api = await createTestApi()
  const macs = Array.from(
    { length: 10_001 },
    (_, n) =>
      `8c:16:45:${n
        .toString(16)
        .padStart(6, '0')
        .replace(/(..)(..)(..)/, '$1:$2:$3')}`,
  )
  const body = { text: `mac,name\n${macs.map((mac) => `${mac},printer`).join('\n')}\n` }
  const refused = await api.request('POST', '/api/inventory/import', { body })
  expect([refused.status, await refused.json()]).toMatchObject([400, { reason: 'IMPORT_TOO_LARGE' }])
  expect((await (await api.request('GET', '/api/devices')).json()) as object).toMatchObject({ total: 0 })
})
