/** Needs root (the command drops to `nobody`). Kill -9 of the web part in the middle of its work. */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { startWeb } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const KILLS = 8

test('no byte is lost or counted twice, whenever the web part or the daemon dies', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'netwatcher-kill-'))
  chmodSync(dir, 0o755)
  const fake = new FakeDaemon(join(dir, 'd.sock'))
  const listen = async () => {
    await fake.start()
    chmodSync(fake.socketPath, 0o666)
  }
  await listen()
  let sent = 0
  const emitter = setInterval(() => {
    const rows = Array.from({ length: 50 }, (_, i) => trafficRow({ remoteIp: `8.8.${i}.${sent % 7}` }))
    fake.emit(traffic(rows))
    sent += rows.length
  }, 5)
  const stateDir = join(dir, 'state')
  const start = () =>
    startWeb(PROGRAM, ['--port', '0', '--user', 'nobody', '--socket', fake.socketPath], stateDir)
  try {
    for (let i = 0; i < KILLS; i++) {
      const web = await start()
      await sleep(Math.random() * 250)
      if (i % 3 === 2) {
        fake.kill()
        await listen()
        await sleep(Math.random() * 100)
      }
      web.child.kill('SIGKILL')
      expect(await web.exited).toBe('SIGKILL')
    }
    clearInterval(emitter)
    const web = await start()
    const stored = async () => {
      const { destinations } = await (await web.get('/api/traffic/destinations?pageSize=500')).json()
      return destinations.reduce((sum: number, { packets }: { packets: number }) => sum + packets, 0)
    }
    await expect.poll(stored, { timeout: 20_000 }).toBe(3 * sent)
    const { storage } = await (await web.get('/api/status')).json()
    expect(storage.gaps).toBe(0)
    web.child.kill('SIGTERM')
    expect(await web.exited).toBe(0)
  } finally {
    clearInterval(emitter)
    fake.kill()
    rmSync(dir, { recursive: true, force: true })
  }
})
