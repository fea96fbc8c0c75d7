/**
 * Needs root. The command is started as root from a checkout that only root
 * can read (a bind mount below a 0700 directory, in a mount namespace of its
 * own), becomes `nobody`, and must then do everything it can do.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { alertEvent, host, observation, traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { startWeb } from './support/web-process.js'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))
const NOBODY = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))

let dir: string
let fake: FakeDaemon
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'netwatcher-privilege-'))
  chmodSync(dir, 0o755)
  fake = new FakeDaemon(join(dir, 'd.sock'))
  await fake.start()
  chmodSync(fake.socketPath, 0o666)
  fake.evidence.set('a'.repeat(32), [Uint8Array.of(1)])
  fake.emit(observation([host('192.168.1.10', 'b8:27:eb:00:00:01')]))
  fake.emit(traffic([trafficRow()]))
  fake.emit(alertEvent())
})
afterAll(() => {
  fake.kill()
  rmSync(dir, { recursive: true, force: true })
})

/** Runs what follows in a mount namespace where the checkout is at a path only root can reach. */
function inPrivateCheckout(): { command: string[]; program: string } {
  const place = join(dir, 'private', 'checkout')
  mkdirSync(place, { recursive: true })
  chmodSync(join(dir, 'private'), 0o700)
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
  return {
    command: ['unshare', '-m', '--propagation', 'private', 'sh', '-c', script, 'sh', CHECKOUT, place],
    program: join(place, 'packages/web/bin/netwatcher-web'),
  }
}

test('root is given up, and everything works without reading the checkout again', async () => {
  const stateDir = join(dir, 'state')
  const { command, program } = inPrivateCheckout()
  const args = ['--port', '0', '--user', 'nobody', '--socket', fake.socketPath]
  const web = await startWeb(program, args, stateDir, command)
  const status = readFileSync(`/proc/${web.child.pid}/status`, 'utf8')
  expect(status).toMatch(new RegExp(`^Uid:(\\t${NOBODY}){4}$`, 'm'))
  expect(status).toMatch(/^CapEff:\t0{16}$/m)
  expect(status).toMatch(/^CapPrm:\t0{16}$/m)
  expect(status).not.toMatch(/^Groups:.*\b0\b/m)

  await expect
    .poll(async () => (await (await web.get('/api/alerts')).json()).total, { timeout: 10_000 })
    .toBe(1)
  expect(await (await web.get('/api/devices/b8:27:eb:00:00:01')).json()).toMatchObject({
    vendor: expect.stringContaining('Raspberry'),
  })
  const reads = [
    'clients',
    'traffic?q=8',
    'traffic/series',
    'sniff',
    'firewall',
    'status',
    'openapi.json',
    'docs',
  ]
  for (const path of [...reads, `alerts/${'a'.repeat(32)}/evidence`]) {
    expect([path, (await web.get(`/api/${path}`)).status]).toEqual([path, 200])
  }
  expect([200, 503]).toContain((await web.get('/')).status)
  expect((await web.get('/login')).status).toBe(200)
  const events = await web.get('/api/events')
  expect(events.status).toBe(200)
  await events.body?.cancel()

  expect(statSync(stateDir).mode & 0o777).toBe(0o700)
  for (const file of ['token', 'netwatcher.db', 'lock.db']) {
    const { mode, uid } = statSync(join(stateDir, file))
    expect([file, mode & 0o077, uid]).toEqual([file, 0, NOBODY])
  }
  const startedMs = Date.now()
  web.child.kill('SIGTERM')
  expect(await web.exited).toBe(0)
  expect(Date.now() - startedMs).toBeLessThan(3000)
  expect(web.stderr()).not.toMatch(/EACCES|Error/)
})

const PROGRAM = join(CHECKOUT, 'packages/web/bin/netwatcher-web')

test('the web part never runs as root, and hands no foreign directory over', async () => {
  const foreign = join(dir, 'foreign')
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'passwd'), '')
  chownSync(foreign, 0, 0)
  const attempts: [string[], string, string][] = [
    [['--user', 'root'], join(dir, 'x'), 'does not run as root'],
    [['--user', 'no-such-user'], join(dir, 'x'), 'There is no user "no-such-user"'],
    [['--user', 'nobody'], foreign, "is not a directory of NetWatcher's own"],
  ]
  for (const [args, stateDir, sentence] of attempts) {
    const failure = startWeb(PROGRAM, ['--port', '0', ...args], stateDir)
    await expect(failure).rejects.toThrow(sentence)
    await expect(failure).rejects.toThrow(/exited with [12]:/)
  }
  expect(statSync(foreign).uid).toBe(0)
})

test('a port in use is one plain sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const failure = startWeb(PROGRAM, ['--port', String(port), '--user', 'nobody'], join(dir, 'busy'))
  await expect(failure).rejects.toThrow(
    `exited with 1: netwatcher-web: Another program already listens on 127.0.0.1 port ${port}; stop it, or choose another port with --port.\n`,
  )
  other.close()
})

test('a state directory that cannot be written to is one plain sentence', async () => {
  const stateDir = join(dir, 'read-only')
  mkdirSync(stateDir)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', stateDir])
  try {
    const sentence = `${stateDir} cannot be handed over: its file system is mounted read-only.\n`
    await expect(startWeb(PROGRAM, ['--port', '0', '--user', 'nobody'], stateDir)).rejects.toThrow(
      `exited with 1: netwatcher-web: The state directory ${sentence}`,
    )
    // Handed over before it became so.
    execFileSync('mount', ['-o', 'remount,rw,uid=65534,mode=700', stateDir])
    execFileSync('mount', ['-o', 'remount,ro', stateDir])
    const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', process.execPath, PROGRAM]
    const outcome = spawnSync('setpriv', [...asNobody, '--port', '0', '--state-dir', stateDir], {
      encoding: 'utf8',
    })
    expect([outcome.status, outcome.stderr]).toEqual([
      1,
      `netwatcher-web: NetWatcher cannot use ${stateDir}: its file system is mounted read-only.\n`,
    ])
  } finally {
    execFileSync('umount', [stateDir])
  }
})

test('a login link can be had while it runs, and works once', async () => {
  const stateDir = join(dir, 'link')
  const args = ['--port', '0', '--user', 'nobody', '--socket', join(dir, 'none')]
  const web = await startWeb(PROGRAM, args, stateDir)
  const { port } = new URL(web.url)
  const fresh = execFileSync(
    process.execPath,
    [PROGRAM, '--login-link', '--state-dir', stateDir, '--port', port],
    {
      encoding: 'utf8',
    },
  )
  for (const link of [web.loginLink, fresh.trim()]) {
    const token = new URL(link).searchParams.get('token')
    const logIn = () =>
      fetch(`${web.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: web.url },
        body: JSON.stringify({ token }),
      })
    expect((await logIn()).status).toBe(200)
    expect((await logIn()).status).toBe(401)
  }
  expect(await (await web.get('/api/status')).json()).toMatchObject({
    daemon: { connected: false, detail: expect.stringContaining('netwatcherd is not running') },
  })
  web.child.kill('SIGINT')
  expect(await web.exited).toBe(0)
})
