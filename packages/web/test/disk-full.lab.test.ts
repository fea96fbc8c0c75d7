/** Needs root (a tmpfs of its own). The disk fills up, and is freed again. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { startWeb } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const ROWS = 500

test('a full disk stops storing, not serving; nothing is lost or counted twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'netwatcher-full-'))
  chmodSync(dir, 0o755)
  const stateDir = join(dir, 'state')
  mkdirSync(stateDir)
  const fake = new FakeDaemon(join(dir, 'd.sock'))
  await fake.start()
  chmodSync(fake.socketPath, 0o666)
  const script = 'mount -t tmpfs -o size=8m,mode=0700 tmpfs "$1" && shift && exec "$@"'
  const command = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', script, 'sh', stateDir]
  const web = await startWeb(
    PROGRAM,
    ['--port', '0', '--user', 'nobody', '--socket', fake.socketPath],
    stateDir,
    command,
  )
  const inside = join(`/proc/${web.child.pid}/root`, stateDir)
  const get = async (path: string) => (await web.get(path, inside)).json()
  try {
    let batch = 0
    const emit = () => {
      const remote = (i: number) => `20.${batch >> 8}.${batch & 255}.${i & 255}`
      fake.emit(
        traffic(Array.from({ length: ROWS }, (_, i) => trafficRow({ remoteIp: remote(i), servicePort: i }))),
      )
      batch++
    }
    emit()
    await expect
      .poll(async () => (await get('/api/status')).storage.trafficRows > 0, { timeout: 10_000 })
      .toBe(true)
    const filler = join(inside, 'filler')
    try {
      writeFileSync(filler, Buffer.alloc(16 * 2 ** 20))
    } catch {
      // Full now, which is the point.
    }
    expect(statSync(filler).size).toBeGreaterThan(0)
    for (let i = 0; i < 20; i++) emit()
    await expect
      .poll(async () => (await get('/api/status')).storage.error, { timeout: 10_000 })
      .toContain('disk is full')
    expect((await get('/api/devices')).total).toBe(1)
    const refused = await web.post('/api/traffic', { dst: '9.9.9.9', bytes: 7 }, inside)
    expect([refused.status, (await refused.json()).reason]).toEqual([507, 'DISK_FULL'])
    expect(Number(fake.acknowledged?.sequence)).toBeLessThan(batch)
    rmSync(filler)
    await expect
      .poll(async () => (await get('/api/traffic/devices')).devices[0]?.packets, { timeout: 20_000 })
      .toBe(3 * ROWS * batch)
    expect((await get('/api/status')).storage.error).toBe('')
    await expect.poll(() => Number(fake.acknowledged?.sequence), { timeout: 10_000 }).toBe(batch)
    const accepted = await web.post('/api/traffic', { dst: '9.9.9.9', bytes: 7 }, inside)
    expect(await accepted.json()).toEqual({ dst: '9.9.9.9', bytes: 7 })
  } finally {
    web.child.kill('SIGTERM')
    await web.exited
    fake.kill()
    rmSync(dir, { recursive: true, force: true })
  }
})
