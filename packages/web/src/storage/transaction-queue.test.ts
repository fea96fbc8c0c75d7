import type { EntityManager } from 'typeorm'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, SOURCE, setRoom, trafficOf } from '../testing/test-store.js'
import type { Store } from './store.js'

const insert = (manager: EntityManager, name: string) =>
  manager.query(`INSERT INTO used_ticket (nonce, expires_ms) VALUES ('${name}', 1)`)

/** As another connection sees it, so only what was committed. */
async function stored(store: Store): Promise<string[]> {
  const rows: { nonce: string }[] = await store.database.read.query(
    'SELECT nonce FROM used_ticket ORDER BY 1',
  )
  return rows.map(({ nonce }) => nonce)
}

test('a transaction that SQLite ended by itself leaves nothing behind, and the next one counts', async () => {
  await using test = await createTestStore()
  const { writes } = test.store.database
  // What a full disk does: the COMMIT fails, and there is no transaction any more.
  const failed = writes.run(async (manager) => {
    await insert(manager, 'lost')
    await manager.query('ROLLBACK')
  })
  await expect(failed).rejects.toThrow('no transaction is active')
  await writes.run((manager) => insert(manager, 'kept'))
  expect(await stored(test.store)).toEqual(['kept'])
})

test('a transaction that somebody left open is not written into', async () => {
  await using test = await createTestStore()
  const { writes } = test.store.database
  await writes.runOutside(async (manager) => {
    await manager.query('BEGIN')
    await insert(manager, 'lost')
  })
  await writes.run((manager) => insert(manager, 'kept'))
  expect(await stored(test.store)).toEqual(['kept'])
})

test('without room writing fails and says so; with room again everything is stored', async () => {
  await using test = await createTestStore()
  const { store } = test
  const rows = Array.from({ length: 2000 }, (_, i) => ({ remoteIp: `9.9.${i >> 8}.${i & 255}` }))
  const apply = () => applyEvents(store, SOURCE, [event(1, trafficOf(rows))], 0)
  await setRoom(store, 'none')
  for (let attempt = 0; attempt < 3; attempt++) await expect(apply()).rejects.toThrow('SQLITE_FULL')
  // A transaction that writes nothing proves nothing.
  await store.database.writes.run((manager) => manager.query('SELECT 1'))
  expect(String(store.database.writes.fault)).toContain('SQLITE_FULL')
  await setRoom(store, 'plenty')
  await apply()
  expect(store.database.writes.fault).toBeNull()
  await store.traffic.fold()
  // Ids that were handed out in what was rolled back are not used again.
  const page = { page: 1, pageSize: 1, order: { key: 'dst', isDescending: false } }
  expect(await store.traffic.list(page)).toMatchObject({ total: rows.length, records: [{ dst: '9.9.0.0' }] })
})

test('a failure of the work itself is no fault of the disk', async () => {
  await using test = await createTestStore()
  const { writes } = test.store.database
  await expect(writes.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(writes.fault).toBeNull()
})
