/**
 * The package for arm64, cross-built, in a tree of Debian 12 for arm64: no such
 * machine is needed, qemu-user(1) runs its Node.js. Nothing in the tree starts another
 * program, which would need binfmt_misc(5).
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../src/os/command.js'
import { expectSuccess } from './support/booted-machine.js'
import { CHECKOUT } from './support/container.js'
import { DEBIAN_12, foreignTree } from './support/distribution.js'
import { waitUntil } from './support/netwatcherd.js'
import { buildPackage } from './support/package.js'

const QEMU = '/usr/bin/qemu-aarch64-static'
const PROGRAM = '/usr/lib/netwatcher'
const CAPTURE = 'attack_arpspoof_twoway.span.pcap.gz'
/** Every instruction is translated. */
const EMULATED_MS = 300_000
const NOBODY = 65_534

let directory: string
let tree: string

beforeAll(async () => {
  const path = await buildPackage('1.0.0', 'arm64')
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-arm64-'))
  chmodSync(directory, 0o755)
  tree = join(directory, 'tree')
  const base = await foreignTree(DEBIAN_12, 'arm64', ['libpcap0.8', 'libstdc++6'])
  expectSuccess('cp', await runCommand('cp', ['-a', base, tree], { timeoutMs: EMULATED_MS }))
  copyFileSync(QEMU, join(tree, QEMU))
  expectSuccess('dpkg', await runCommand('dpkg-deb', ['-x', path, tree], { timeoutMs: EMULATED_MS }))
  // The first stage of debootstrap leaves a link to itself there.
  rmSync(join(tree, 'proc'), { recursive: true, force: true })
  mkdirSync(join(tree, 'proc'))
  expectSuccess('mount', await runCommand('mount', ['-t', 'proc', 'proc', join(tree, 'proc')]))
  mkdirSync(join(tree, 'state'))
  chmodSync(join(tree, 'state'), 0o777)
})

afterAll(async () => {
  await runCommand('umount', [join(tree, 'proc')])
  rmSync(directory, { recursive: true, force: true })
})

/** A program of the package, as nobody, in the tree. */
function inTree(program: string, ...argv: string[]): [string, string[]] {
  const node = [QEMU, `${PROGRAM}/bin/node`, `${PROGRAM}/packages/${program}`]
  return ['chroot', [`--userspec=${NOBODY}:${NOBODY}`, tree, ...node, ...argv]]
}

describe('The package for arm64, Debian 12', () => {
  test('the add-on for captures loads: a replay finds what is in a capture', async () => {
    const packed = join(CHECKOUT, 'packages/daemon/test/captures', CAPTURE)
    const capture = join(tree, 'state/capture.pcap.gz')
    copyFileSync(packed, capture)
    expectSuccess('gunzip', await runCommand('gunzip', [capture]))
    const [command, argv] = inTree('daemon/bin/netwatcherd', 'replay', '/state/capture.pcap', '--json')
    const output = expectSuccess('replay', await runCommand(command, argv, { timeoutMs: EMULATED_MS }))
    expect(output).toContain('"gateway_spoof"')
  })

  test('SQLite loads: the web part stores a row, and reads it back after it was started again', async () => {
    const made = await withWeb((ask) => ask('POST', '/api/tokens', { name: 'attic', access: 'read' }))
    expect(made).toMatchObject({ name: 'attic' })
    const { tokens } = await withWeb<{ tokens: { name: string }[] }>((ask) => ask('GET', '/api/tokens'))
    expect(tokens.map(({ name }) => name)).toContain('attic')
  })
})

type Ask = <T>(method: string, path: string, body?: object) => Promise<T>

/** With `netwatcher-web` running; it shares this machine's loopback. */
async function withWeb<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const options = ['--state-dir', '/state', '--socket', '/state/none.sock', '--port', '0']
  const [command, argv] = inTree('web/bin/netwatcher-web', ...options)
  const web = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(web, 'exit')
  try {
    return await work(askAt(await addressOf(web)))
  } finally {
    web.kill()
    await exited
  }
}

async function addressOf(web: ChildProcess): Promise<string> {
  let output = ''
  for (const stream of [web.stdout, web.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const found = () => /NetWatcher is at (\S+)\n/.exec(output)?.[1]
  await waitUntil(
    async () => found() !== undefined || web.exitCode !== null,
    EMULATED_MS,
    () => output,
  )
  const link = found()
  if (!link) throw new Error(`netwatcher-web has ended: ${output}`)
  return new URL(link).origin
}

function askAt(origin: string): Ask {
  const token = readFileSync(join(tree, 'state/token'), 'utf8').trim()
  return async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}
