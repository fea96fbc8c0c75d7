/** `netwatcher` as people run it, beside the real daemon and web part on a host of the lab. Needs root. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../../daemon/src/lab/lab.js'
import { runCommand } from '../../daemon/src/os/command.js'
import { Netwatcherd } from '../../daemon/test/support/netwatcherd.js'
import { startWeb, type WebProcess } from './support/web-process.js'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))
const WEB = join(CHECKOUT, 'packages/web/bin/netwatcher-web')
const machine = { name: 'machine', mac: '02:00:00:00:00:40', addresses: ['10.81.0.1/24'] }
const neighbour = { name: 'neighbour', mac: '02:00:00:00:00:41', addresses: ['10.81.0.2/24'] }

let lab: Lab
let daemon: Netwatcherd
let web: WebProcess
let directory: string
let stateDir: string

beforeAll(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [machine, neighbour] })
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-command-'))
  chmodSync(directory, 0o755)
  mkdirSync(join(directory, 'checkout'))
  stateDir = join(directory, 'state')
  // At the socket a scan that is under way refuses another: the regular one must not be.
  const regular = ['[discovery]', 'scan_every_minutes = 0']
  const lines = ['[state]', `directory = "${stateDir}"`, 'user = "nobody"', ...regular, '']
  writeFileSync(join(directory, 'web.toml'), lines.join('\n'), { mode: 0o644 })
  daemon = await Netwatcherd.start(lab, machine.name, '', 'nogroup')
  web = await startOnMachine()
})

afterAll(async () => {
  web?.child.kill('SIGTERM')
  await web?.exited
  await daemon?.close()
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
})

async function startOnMachine(): Promise<WebProcess> {
  const command = ['ip', 'netns', 'exec', lab.namespace(machine.name)]
  return await startWeb(
    WEB,
    ['--socket', daemon.socketPath, '--config', join(directory, 'web.toml')],
    stateDir,
    command,
  )
}

/** As root, or as who `environment` says, with the checkout where everybody can read it. */
async function netwatcher(argv: string[], environment: string[] = []) {
  const place = join(directory, 'checkout')
  const bind = `mount --bind "$0" ${place} && exec "$@"`
  const settings = ['--config', join(directory, 'web.toml')]
  const program = [process.execPath, join(place, 'packages/web/bin/netwatcher'), ...argv, ...settings]
  const within = ['unshare', '--mount', 'sh', '-c', bind, CHECKOUT, 'env', ...environment, ...program]
  const all = ['netns', 'exec', lab.namespace(machine.name), ...within]
  const outcome = await runCommand('ip', all, { timeoutMs: 60_000 })
  if (outcome.type !== 'exited') throw new Error(JSON.stringify(outcome))
  return outcome
}

async function json<T>(...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await netwatcher([...argv, '--json'])
  expect([argv, code, stderr]).toEqual([argv, 0, ''])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T
}

test('status and scan, through the web part and at the socket itself', async () => {
  await expect
    .poll(async () => (await json<{ daemon: { connected: boolean } }>('status')).daemon.connected, {
      timeout: 10_000,
    })
    .toBe(true)
  expect(await json('scan', '--fast')).toMatchObject({
    type: 'scan',
    finished: true,
    total: expect.any(Number),
  })
  const devices = await json<{ mac: string }[]>('devices', '--online')
  expect(devices.map(({ mac }) => mac)).toContain(neighbour.mac)
  expect(await json('status', '--socket', daemon.socketPath)).toMatchObject({ pid: expect.any(Number) })
  expect(await json('scan', '--fast', '--socket', daemon.socketPath)).toMatchObject({
    method: 'arp',
    isComplete: true,
  })
})

test('a token is made, read with, and revoked', async () => {
  const made = await json<{ token: string }>('token', 'create', 'display')
  const environment = [`NETWATCHER_TOKEN=${made.token}`]
  expect((await netwatcher(['devices'], environment)).stdout).toContain(neighbour.mac)
  const refused = await netwatcher(['scan'], environment)
  expect([refused.code, refused.stderr]).toEqual([4, 'netwatcher: This token may only read.\n'])
  await json('token', 'revoke', 'display')
  expect((await netwatcher(['devices'], environment)).code).toBe(4)
})

test('a backup is made while it runs, and restored while it does not', async () => {
  const file = join(directory, 'backup.db')
  await json('backup', file)
  const running = await netwatcher(['restore', file])
  expect([running.code, running.stderr]).toEqual([1, expect.stringContaining('already running')])
  web.child.kill('SIGTERM')
  await web.exited
  const away = await netwatcher(['status'])
  expect([away.code, away.stderr]).toEqual([3, expect.stringContaining('not running')])
  // Only root can read it: whoever restores is not who opens.
  chmodSync(file, 0o600)
  const { kept } = await json<{ kept: string }>('restore', file)
  expect(existsSync(kept)).toBe(true)
  web = await startOnMachine()
  const devices = await json<{ mac: string }[]>('devices')
  expect(devices.map(({ mac }) => mac)).toContain(neighbour.mac)
}, 180_000)

test('a report names nobody, and a login link is for this server', async () => {
  const { stdout, code } = await netwatcher(['report'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ status: { daemon: { connected: true } } })
  for (const secret of ['10.81.0', neighbour.mac, readFileSync(join(stateDir, 'token'), 'utf8').trim()]) {
    expect(stdout).not.toContain(secret)
  }
  expect((await netwatcher(['login-link'])).stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:5000\/login\?token=\S+\n$/,
  )
})

test.each([
  [['nonsense'], 2],
  [['restore', '/nonexistent'], 1],
  [['status', '--url', 'http://127.0.0.1:1'], 2],
  [['status', '--url', 'http://127.0.0.1:1', '--token-file', '/etc/hostname'], 3],
])('%j ends with %d and one sentence', async (argv, code) => {
  const outcome = await netwatcher(argv)
  expect(outcome.code).toBe(code)
  expect(outcome.stderr).toMatch(/^netwatcher: .+\n$/)
})
