import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CommandOutcome } from '../os/command.js'
import { createGuardFacts } from './guard-facts.js'

let root: string
let ip: CommandOutcome
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
  ip = { type: 'exited', code: 0, stdout: '[]', stderr: '' }
  mkdirSync(join(root, 'sys/class/net'), { recursive: true })
  write('proc/net/route', 'Iface')
  write('proc/net/tcp', 'sl')
  write('proc/sys/net/ipv4/ip_forward', '0\n')
  write('etc/resolv.conf', 'nameserver 192.168.1.53\n')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

async function refusal(): Promise<string> {
  const facts = createGuardFacts({ run: async () => ip, root })
  const error: unknown = await facts.read().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof NetWatcherError)) return 'known'
  expect(error).toMatchObject({ code: 'unavailable', reason: 'GUARD_FACTS_UNAVAILABLE' })
  return error.message
}

test('all that can be read is known', async () => {
  expect(await refusal()).toBe('known')
})

test.each([
  ['etc/resolv.conf', 'The DNS servers', '/etc/resolv.conf: there is no such file'],
  ['proc/net/tcp', 'The SSH sessions', '/proc/net/tcp: there is no such file'],
  ['proc/net/route', 'The interfaces and their routes', '/proc/net/route: there is no such file'],
  ['sys/class/net', 'The interfaces and their routes', 'sys/class/net'],
  ['proc/sys/net/ipv4/ip_forward', 'Whether this machine forwards', 'ip_forward: there is no such file'],
])('without %s it is said that %s are not known, and why', async (file, name, why) => {
  rmSync(join(root, file), { recursive: true })
  expect(await refusal()).toContain(`${name} could not be read, so nothing is blocked: `)
  expect(await refusal()).toContain(why)
})

test('without `ip` the neighbours are not known', async () => {
  ip = { type: 'not_found' }
  expect(await refusal()).toContain('The neighbour table could not be read')
  expect(await refusal()).toContain('it is not installed (iproute2)')
})

test('a link to where nothing can be seen is named', async () => {
  rmSync(join(root, 'etc/resolv.conf'))
  symlinkSync('../run/NetworkManager/resolv.conf', join(root, 'etc/resolv.conf'))
  expect(await refusal()).toContain('a link to ../run/NetworkManager/resolv.conf: there is no such file')
})

test.skipIf(process.getuid?.() === 0)('a file that may not be read is named', async () => {
  chmodSync(join(root, 'etc/resolv.conf'), 0)
  expect(await refusal()).toContain('/etc/resolv.conf: it may not be read')
})
