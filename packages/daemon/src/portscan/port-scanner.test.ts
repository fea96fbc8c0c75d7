import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCidr, NetWatcherError } from '@netwatcher/shared'
import { afterAll, expect, test } from 'vitest'
import { type CommandOptions, type CommandOutcome, runCommand } from '../os/command.js'
import { PortScanner, type PortScannerDependencies } from './port-scanner.js'
import { type PortScanProfile, PROFILES } from './profiles.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-nmap-'))
afterAll(() => rmSync(directory, { recursive: true }))

const REPORT = `<?xml version="1.0"?><nmaprun>${'<port/>'.repeat(10_000)}</nmaprun>`

const WATCHED = [makeCidr('192.168.1.0', 24), makeCidr('2001:db8::', 64), makeCidr('fe80::', 64)]

function scanner(more: Partial<PortScannerDependencies> = {}): PortScanner {
  return new PortScanner({
    run: runCommand,
    program: 'nmap',
    profiles: PROFILES,
    obstacle: '',
    isRoot: false,
    user: null,
    watchedSubnets: () => WATCHED.filter((cidr) => cidr !== null),
    ...more,
  })
}

/** A runner that prints `output` at once and keeps what it was called with. */
function fakeRun(
  output: string,
  outcome: CommandOutcome = { type: 'exited', code: 0, stdout: '', stderr: '' },
) {
  const calls: { file: string; args: readonly string[]; options: CommandOptions | undefined }[] = []
  const run: PortScannerDependencies['run'] = async (file, args, options) => {
    calls.push({ file, args, options })
    options?.onStdout?.(new TextEncoder().encode(output))
    return outcome
  }
  return { run, calls }
}

async function scan(
  portScanner: PortScanner,
  ip = '192.168.1.7',
  profile: PortScanProfile = 'quick',
  signal = new AbortController().signal,
) {
  const chunks: Uint8Array[] = []
  const outcome = await portScanner.scan({ ip, profile }, signal, (chunk) => chunks.push(chunk))
  return { chunks, outcome }
}

async function reason(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((thrown: unknown) => thrown)
  return error instanceof NetWatcherError ? `${error.code} ${error.reason}` : String(error)
}

function fakeNmap(name: string, body: string): string {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return path
}

/** A zombie that nobody has reaped yet has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}

const HURRIED = { ...PROFILES, quick: { ...PROFILES.quick, timeoutMs: 300 } }

test('what nmap prints is passed on as it is, in bounded chunks', async () => {
  const { chunks, outcome } = await scan(scanner(fakeRun(REPORT)))
  expect(Buffer.concat(chunks).toString()).toBe(REPORT)
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(32 * 1024)
  expect(outcome).toEqual({ rule: 'port_scan_finished', params: { count: '100' } })
})

test('what is not XML, and hostile XML, is none of its business', async () => {
  const hostile = '<<<>>> \0 <!DOCTYPE a [<!ENTITY b "c">]> &b;'
  expect(Buffer.concat((await scan(scanner(fakeRun(hostile)))).chunks).toString()).toBe(hostile)
})

test('the arguments are fixed and the address stands behind --', async () => {
  const { run, calls } = fakeRun(REPORT)
  await scan(scanner({ run }))
  await scan(scanner({ run }), '2001:DB8::7', 'services')
  expect(calls.map(({ file, args }) => [file, ...args].join(' '))).toEqual([
    'nmap -n -Pn -sT --unprivileged --noninteractive --no-stylesheet -oX - --stats-every 1s --top-ports 100 --host-timeout 110s -- 192.168.1.7',
    'nmap -n -Pn -sT --unprivileged --noninteractive --no-stylesheet -oX - --stats-every 1s --top-ports 1000 -sV --version-light --host-timeout 570s -6 -- 2001:db8::7',
  ])
})

test.each([
  ['-oN/etc/x', 'invalid_argument TARGET_INVALID'],
  ['--script=evil', 'invalid_argument TARGET_INVALID'],
  ['192.168.1.0/24', 'invalid_argument TARGET_INVALID'],
  ['192.168.1.1-50', 'invalid_argument TARGET_INVALID'],
  ['192.168.1.7 8.8.8.8', 'invalid_argument TARGET_INVALID'],
  ['192.168.1.07', 'invalid_argument TARGET_INVALID'],
  ['router', 'invalid_argument TARGET_INVALID'],
  ['', 'invalid_argument TARGET_INVALID'],
  ['8.8.8.8', 'invalid_argument TARGET_NOT_WATCHED'],
  ['::ffff:192.168.1.7', 'invalid_argument TARGET_NOT_WATCHED'],
  ['fe80::7', 'invalid_argument TARGET_LINK_LOCAL'],
])('%j is refused before anything runs: %s', async (ip, expected) => {
  const { run, calls } = fakeRun(REPORT)
  expect(await reason(scan(scanner({ run }), ip))).toBe(expected)
  expect(calls).toEqual([])
})

test('nmap does not run where it is switched off, nor as root', async () => {
  const { run, calls } = fakeRun(REPORT)
  const off = scanner({ run, obstacle: 'Switched off in the configuration.' })
  expect(await reason(scan(off))).toBe('failed_precondition PORT_SCAN_DISABLED')
  expect(await reason(scan(scanner({ run, isRoot: true })))).toBe('failed_precondition NMAP_USER_MISSING')
  expect(calls).toEqual([])
  await scan(scanner({ run, isRoot: true, user: { uid: 65_534, gid: 65_534 } }))
  expect(calls[0]?.options?.user).toEqual({ uid: 65_534, gid: 65_534 })
})

test('a missing nmap is a failed precondition with its reason', async () => {
  const missing = scanner({ program: join(directory, 'no-nmap') })
  expect(await reason(scan(missing))).toBe('failed_precondition NMAP_MISSING')
})

test('an nmap that ignores TERM and has forked is ended with its children', async () => {
  const pidFile = join(directory, 'pid')
  const program = fakeNmap(
    'stubborn',
    `trap '' TERM\nsleep 60 &\necho $! > ${pidFile}\nwhile :; do sleep 1; done`,
  )
  expect(await reason(scan(scanner({ program, profiles: HURRIED })))).toBe('unavailable NMAP_TIMEOUT')
  const forkedPid = Number(readFileSync(pidFile, 'utf8'))
  expect(isAlive(forkedPid)).toBe(false)
})

test('endless output is cut off well before it fills the memory', async () => {
  const program = fakeNmap(
    'endless',
    'yes "some text without any tag, a line of it and many more of the kind"',
  )
  let bytes = 0
  const scanning = scanner({ program }).scan(
    { ip: '192.168.1.7', profile: 'quick' },
    new AbortController().signal,
    (chunk) => {
      bytes += chunk.length
    },
  )
  expect(await reason(scanning)).toBe('resource_exhausted NMAP_OUTPUT_LIMIT')
  // The limit of every command is twice as high.
  expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024)
})

test('an nmap that fails says why', async () => {
  const program = fakeNmap('failing', 'echo "Failed to open device eth0" >&2; echo "QUITTING!" >&2; exit 1')
  await expect(scan(scanner({ program }))).rejects.toThrow('nmap failed: Failed to open device eth0')
})

test('a caller that goes away ends nmap', async () => {
  const controller = new AbortController()
  const program = fakeNmap('waiting', 'echo "<nmaprun>"; exec sleep 60')
  const running = reason(scan(scanner({ program }), '192.168.1.7', 'quick', controller.signal))
  setImmediate(() => controller.abort())
  expect(await running).toBe('internal NMAP_FAILED')
})
