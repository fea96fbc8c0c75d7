import {
  closeSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { applyEvents } from '../ingest/apply.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { createTestStore, event, SOURCE, trafficOf } from '../testing/test-store.js'
import { type LossCause, listLosses } from './loss.js'
import { openStore } from './store.js'

const NOW = 1_800_000_000_000

/** A store with some content, all of it in its file, on disk. */
async function filled(stateDir: string, onLost: (cause: LossCause) => void) {
  const store = await openStore({ stateDir, nowMs: () => NOW, onLost })
  const rows = Array.from({ length: 2000 }, (_, i) => ({ remoteIp: `9.9.${i >> 8}.${i & 255}` }))
  await applyEvents(store, SOURCE, [event(1, trafficOf(rows))], NOW)
  await store.traffic.fold()
  await store.database.writes.runOutside((manager) => manager.query('PRAGMA wal_checkpoint(TRUNCATE)'))
  return store
}

/** Everything behind the first page, which alone is looked at when it is opened. */
function damage(path: string): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size - 4096, 0xa5), 0, undefined, 4096)
  closeSync(file)
}

test('damage that a query meets is told once, and the next start sets the file aside', async () => {
  await using directory = await temporaryDirectory()
  const told: LossCause[] = []
  const store = await filled(directory.path, (cause) => told.push(cause))
  const { path } = store.database
  damage(path)
  // Past what the connections remember of it.
  await store.database.read.query('PRAGMA shrink_memory')
  const counting = () => store.database.read.query('SELECT count(*) FROM flow NOT INDEXED')
  await expect(counting()).rejects.toThrow('SQLITE_CORRUPT')
  await expect(counting()).rejects.toThrow('SQLITE_CORRUPT')
  expect(told).toEqual(['damaged'])
  await store.close().catch(() => undefined)
  const again = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  expect(await again.devices.count()).toBe(0)
  expect(listLosses(path)).toMatchObject([{ cause: 'damaged', atMs: NOW, path: `${path}.damaged-${NOW}` }])
  expect(listLosses(path)[0]?.bytes).toBeGreaterThan(4096)
  await again.close()
})

test('damage that shows only while it is being opened sets it aside at once', async () => {
  await using directory = await temporaryDirectory()
  const store = await filled(directory.path, () => {})
  await store.close()
  damage(store.database.path)
  const again = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  expect(again.database.movedAside).toBe(`${store.database.path}.damaged-${NOW}`)
  expect(await again.devices.count()).toBe(0)
  await again.close()
})

test.each([
  ['deleted', (path: string) => rmSync(path)],
  [
    'replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, '')
      renameSync(`${path}.new`, path)
    },
  ],
])('a database that is %s while it is open is noticed', async (_name, take) => {
  await using directory = await temporaryDirectory()
  const told: LossCause[] = []
  const store = await filled(directory.path, (cause) => told.push(cause))
  const { path } = store.database
  store.database.checkPlace()
  expect(told).toEqual([])
  take(path)
  store.database.checkPlace()
  store.database.checkPlace()
  expect(told).toEqual(['deleted'])
  expect(listLosses(path)).toMatchObject([{ cause: 'deleted', atMs: NOW, bytes: 0 }])
  await store.close()
  const again = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  expect(await again.devices.count()).toBe(0)
  await again.close()
})

test('of a database that was deleted while nobody had it open, the log that it left goes aside', async () => {
  await using directory = await temporaryDirectory()
  const path = `${directory.path}/netwatcher.db`
  writeFileSync(`${path}-wal`, 'pages of a database that is gone')
  const store = await openStore({ stateDir: directory.path, nowMs: () => NOW })
  expect(existsSync(`${path}.deleted-${NOW}-wal`)).toBe(true)
  expect(listLosses(path)).toMatchObject([{ cause: 'deleted', bytes: 0 }])
  await store.close()
})

test('other files beside it are nobody’s loss', async () => {
  await using test = await createTestStore()
  const { path } = test.store.database
  for (const name of ['.damaged', '.damaged-1-wal', '.deleted-x', '-journal']) writeFileSync(path + name, '')
  expect(listLosses(path)).toEqual([])
})
