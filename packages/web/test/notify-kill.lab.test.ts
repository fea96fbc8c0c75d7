/**
 * Needs root (the command drops to `nobody`). Kill -9 of the real web part while
 * messages are on their way, at whatever step it is: noting what happened, planning,
 * sending, taking note of the answer. Each arrives, in order, and of each run at most
 * the one that was under way comes again, under its own id.
 */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Message } from '../src/contract/message.js'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { alertEvent } from '../src/daemon/fake-messages.js'
import { startReceiver } from '../src/testing/test-receiver.js'
import { startWeb } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const KILLS = 4
const PER_RUN = 12
const KINDS = ['arp_spoof', 'arp_scan', 'port_scan', 'rogue_dhcp', 'dns_spoof', 'ip_conflict']

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')

test('each message arrives in order, whenever the web part is killed, and no other one twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'netwatcher-notify-kill-'))
  chmodSync(dir, 0o755)
  const fake = new FakeDaemon(join(dir, 'd.sock'))
  await fake.start()
  chmodSync(fake.socketPath, 0o666)
  await using receiver = await startReceiver()
  receiver.answer = async () => {
    await sleep(Math.random() * 40)
    return { status: 200 }
  }
  const settings = join(dir, 'web.toml')
  writeFileSync(settings, '[discovery]\nscan_every_minutes = 0\n[notify]\nlocal_targets = ["127.0.0.1"]\n')
  const options = ['--config', settings, '--port', '0', '--user', 'nobody', '--socket', fake.socketPath]
  const start = () => startWeb(PROGRAM, options, join(dir, 'state'))
  let told = 0
  /** Stories of their own: another suspect each, and not so many in a minute that they were a crowd. */
  const tell = () => {
    told++
    const mac = `02:00:00:00:00:${hex(told, 2)}`
    const kind = KINDS[told % KINDS.length] ?? ''
    const parties = [{ role: 1, mac, ip: '', certainty: 2 } as const]
    fake.emit(alertEvent({ id: hex(told, 32), kind, ip: '', parties: [...parties] }))
  }
  const messages = () =>
    receiver.received
      .map(({ body }) => JSON.parse(body) as Message)
      .filter(({ event }) => event === 'incident_opened')
  try {
    let web = await start()
    const rules = { events: ['incident'], minSeverity: 'info', perMinute: 6000 }
    const channel = { name: 'Receiver', settings: { type: 'webhook', url: receiver.url }, rules }
    expect((await web.post('/api/channels', channel)).status).toBe(201)
    for (let run = 0; run < KILLS; run++) {
      const seen = receiver.received.length
      for (let n = 0; n < PER_RUN; n++) tell()
      const count = () => receiver.received.length
      if (run % 2 === 0) await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(seen)
      await sleep(Math.random() * 300)
      web.child.kill('SIGKILL')
      expect(await web.exited).toBe('SIGKILL')
      web = await start()
    }
    const wanted = Array.from({ length: told }, (_, n) => hex(n + 1, 32))
    const arrived = () => new Set(messages().map(({ incident }) => incident?.id))
    await expect.poll(() => arrived().size, { timeout: 60_000 }).toBe(told)
    const inOrder = messages().map(({ incident }) => incident?.id)
    expect(inOrder.filter((id, i) => inOrder.indexOf(id) === i)).toEqual(wanted)
    const ids = messages().map(({ id }) => id)
    expect(new Set(ids).size).toBe(told)
    expect(ids.length - told).toBeLessThanOrEqual(KILLS)
    // What comes again comes at once: nothing else was between.
    for (const [i, id] of ids.entries()) if (ids.indexOf(id) < i) expect(ids[i - 1]).toBe(id)
    web.child.kill('SIGTERM')
    expect(await web.exited).toBe(0)
  } finally {
    fake.kill()
    rmSync(dir, { recursive: true, force: true })
  }
}, 480_000)
