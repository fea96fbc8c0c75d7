/** Needs root (the command drops to `nobody`). The database is damaged, then deleted, under the running command. */

import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { startWeb, type WebProcess } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const START_AGAIN = 75

let dir: string
let stateDir: string
let fake: FakeDaemon

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'netwatcher-lost-'))
  chmodSync(dir, 0o755)
  stateDir = join(dir, 'state')
  fake = new FakeDaemon(join(dir, 'd.sock'))
  await fake.start()
  chmodSync(fake.socketPath, 0o666)
})

afterEach(() => {
  fake.kill()
  rmSync(dir, { recursive: true, force: true })
})

const start = () =>
  startWeb(PROGRAM, ['--port', '0', '--user', 'nobody', '--socket', fake.socketPath], stateDir)

async function storageOf(web: WebProcess) {
  return (await (await web.get('/api/status')).json()).storage
}

async function withTraffic(): Promise<WebProcess> {
  const web = await start()
  fake.emit(
    traffic(Array.from({ length: 500 }, (_, i) => trafficRow({ remoteIp: `8.8.${i >> 8}.${i & 255}` }))),
  )
  await expect.poll(async () => (await storageOf(web)).trafficRows, { timeout: 20_000 }).toBeGreaterThan(0)
  return web
}

/** Every file of the database but the first page, which says that it is one. */
function damage(): void {
  for (const name of ['netwatcher.db', 'netwatcher.db-wal']) {
    const path = join(stateDir, name)
    const file = openSync(path, 'r+')
    const size = statSync(path).size - 4096
    if (size > 0) writeSync(file, Buffer.alloc(size, 0xa5), 0, undefined, 4096)
    closeSync(file)
  }
}

async function stop(web: WebProcess): Promise<void> {
  web.child.kill('SIGTERM')
  expect(await web.exited).toBe(0)
}

test('a damaged database ends the command so that it is started again, which sets it aside and says so', async () => {
  // In a file that no connection remembers pages of.
  await stop(await withTraffic())
  const web = await start()
  damage()
  // Whatever meets it first; nothing may answer 500 for ever.
  const asking = setInterval(() => {
    web.get('/api/traffic').catch(() => undefined)
    fake.emit(traffic([trafficRow({ remoteIp: '9.9.9.9' })]))
  }, 100)
  expect(await web.exited).toBe(START_AGAIN)
  clearInterval(asking)
  expect(web.stderr()).toContain('The database is lost')
  const again = await start()
  const { losses, error } = await storageOf(again)
  expect(error).toBe('')
  expect(losses).toMatchObject([{ cause: 'damaged', detail: expect.stringContaining('.recover') }])
  expect(statSync(losses[0].path).size).toBe(losses[0].bytes)
  fake.emit(traffic([trafficRow({ remoteIp: '9.9.9.10' })]))
  await expect.poll(async () => (await storageOf(again)).trafficRows, { timeout: 20_000 }).toBeGreaterThan(0)
  await stop(again)
  // Three starts, on a busy machine.
}, 180_000)

test('a database that is deleted is noticed, and a new one begun', async () => {
  const web = await withTraffic()
  for (const name of readdirSync(stateDir)) {
    if (name.startsWith('netwatcher.db')) rmSync(join(stateDir, name))
  }
  expect(await web.exited).toBe(START_AGAIN)
  const again = await start()
  expect((await storageOf(again)).losses).toMatchObject([{ cause: 'deleted' }])
  await stop(again)
}, 180_000)
