import { copyFileSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MIB } from '@netwatcher/shared'
import sqlite3 from 'sqlite3'
import { DataSource } from 'typeorm'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { createTestStore } from '../testing/test-store.js'
import { dataSourceOptions, openDatabase } from './database.js'
import { markDamaged, noteWriter } from './inspect.js'
import { openStore } from './store.js'

const NOW = 1_800_000_000_000

async function execute(path: string, sql: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(path)
    database.exec(sql, (error) => database.close(() => (error ? reject(error) : resolve())))
  })
}

test('a second instance is refused before it touches the database', async () => {
  await using test = await createTestStore()
  await expect(openStore({ stateDir: test.stateDir, nowMs: () => NOW })).rejects.toMatchObject({
    reason: 'ALREADY_RUNNING',
  })
  await test.store.devices.count()
})

test('writes are serialised and seen by reads after they ended', async () => {
  await using test = await createTestStore()
  const { store } = test
  await Promise.all(Array.from({ length: 20 }, () => store.traffic.post('8.8.8.8', 1, NOW)))
  expect(await store.traffic.post('8.8.8.8', 0, NOW)).toBe(20)
})

test('the journal mode, synchronous level and query-only reader are as meant', async () => {
  await using test = await createTestStore()
  const { read, writes } = test.store.database
  const [journal] = await read.query('PRAGMA journal_mode')
  expect(journal).toEqual({ journal_mode: 'wal' })
  expect(await writes.runOutside((manager) => manager.query('PRAGMA synchronous'))).toEqual([
    { synchronous: 1 },
  ])
  await expect(read.query('DELETE FROM device')).rejects.toThrow('SQLITE_READONLY')
})

test('the write-ahead log shrinks again after a burst', async () => {
  await using test = await createTestStore()
  const { path, writes } = test.store.database
  const insert = (count: number) =>
    writes.run((manager) =>
      manager.query(
        `INSERT INTO snapshot (taken_at_ms, method, detail, hosts, clients)
         SELECT 1, 'arp', '', 0, hex(randomblob(5000)) FROM json_each(?)`,
        [JSON.stringify(Array.from({ length: count }))],
      ),
    )
  const size = () => statSync(`${path}-wal`).size
  await insert(3000)
  expect(size()).toBeGreaterThan(20 * MIB)
  // The first commit after the checkpoint begins the log anew.
  await insert(1)
  await insert(1)
  expect(size()).toBeLessThanOrEqual(4 * MIB)
})

test.each([
  ['garbage', (path: string) => writeFileSync(path, 'this is not a database, whatever it is called')],
  ['marked as damaged by an earlier run', (path: string) => markDamaged(path)],
])('a database that is %s is set aside and a new one begun', async (_name, damage) => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const first = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  await first.close()
  damage(path)
  const second = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  expect(second.movedAside).toBe(`${path}.damaged-${NOW}`)
  await second.close()
  expect(existsSync(`${path}.damaged-${NOW}`)).toBe(true)
  const third = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  expect(third.movedAside).toBeNull()
  await third.close()
})

test('an emptied database with a write-ahead log left is set aside', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'netwatcher.db')
  const first = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  copyFileSync(`${path}-wal`, `${path}-wal.kept`)
  await first.close()
  truncateSync(path)
  copyFileSync(`${path}-wal.kept`, `${path}-wal`)
  const second = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  expect(second.movedAside).not.toBeNull()
  await second.close()
})

test('a database of a newer version is refused and left alone', async () => {
  await using directory = await temporaryDirectory()
  const first = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  for (const version of ['0.1.0', '0.2.0']) await noteWriter(first.writes, version)
  await first.close()
  const path = join(directory.path, 'netwatcher.db')
  await execute(path, "INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture0000000000009')")
  const refusal = { reason: 'NEWER_DATABASE', message: expect.stringContaining('(0.2.0: FromTheFuture') }
  for (let start = 0; start < 2; start++) {
    await expect(openDatabase({ stateDir: directory.path, nowMs: () => NOW })).rejects.toMatchObject(refusal)
  }
  expect(readdirSync(directory.path).filter((name) => name.includes('damaged'))).toEqual([])
})

test('a locked database is waited for', async () => {
  await using directory = await temporaryDirectory()
  const first = await openDatabase({ stateDir: directory.path, nowMs: () => NOW })
  await first.close()
  const path = join(directory.path, 'netwatcher.db')
  const holder = new sqlite3.Database(path)
  await new Promise<void>((resolve, reject) =>
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (n)', (error) =>
      error ? reject(error) : resolve(),
    ),
  )
  let waits = 0
  const sleep = async () => {
    waits++
    await new Promise<void>((resolve) => holder.close(() => resolve()))
  }
  const second = await openDatabase({ stateDir: directory.path, nowMs: () => NOW, sleep })
  expect(waits).toBe(1)
  await second.close()
})

test('the entities describe the tables that the migrations made', async () => {
  await using test = await createTestStore()
  const dataSource = new DataSource(dataSourceOptions(test.store.database.path))
  await dataSource.initialize()
  for (const entity of dataSource.entityMetadatas) {
    const columns: { name: string; type: string; pk: number }[] = await dataSource.query(
      `SELECT name, type, pk FROM pragma_table_info('${entity.tableName}')`,
    )
    const described = entity.columns.map(({ databaseName, type, isPrimary }) => [
      databaseName,
      type,
      isPrimary,
    ])
    expect(described.sort()).toEqual(
      columns.map(({ name, type, pk }) => [name, type.toLowerCase(), pk > 0]).sort(),
    )
  }
  await dataSource.destroy()
})
