import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCidr, NetWatcherError } from '@netwatcher/shared'
import { afterAll, expect, test } from 'vitest'
import { type CommandOptions, type CommandOutcome, runCommand } from '../os/command.js'
import type { PortScanStep } from './nmap-output.js'
import { PortScanner, type PortScannerDependencies } from './port-scanner.js'
import { type PortScanProfile, PROFILES } from './profiles.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-nmap-'))
afterAll(() => rmSync(directory, { recursive: true }))

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap">'
const FINISHED = '<runstats><finished exit="success"/></runstats></nmaprun>'
const REPORT = `${HEADER}
<taskprogress task="Connect Scan" percent="12.50"/>
<taskprogress task="Connect Scan" percent="11.00"/>
<taskprogress task="Something else" percent="99.00"/>
<taskprogress task="Connect Scan" percent="80.99"/>
<host><ports>
<extraports state="closed" count="96"><extrareasons reason="conn-refused" count="96"/></extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" product="Open&lt;SSH&gt;" version="9.2p1&#10;&#27;[31m"/><cpe>cpe:/a</cpe></port>
<port protocol="tcp" portid="80"><state state="filtered"/></port>
<port protocol="tcp" portid="81"><state state="weird"/></port>
<port protocol="udp" portid="53"><state state="open"/></port>
<port protocol="tcp" portid="70000"><state state="open"/></port>
<port protocol="tcp" portid="443"><state state="open"/><service name="${'x'.repeat(500)}"/></port>
</ports></host>
${FINISHED}`

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

/** A runner that gives `text` in chunks and keeps what it was called with. */
function fakeRun(
  text: string,
  outcome: CommandOutcome = { type: 'exited', code: 0, stdout: '', stderr: '' },
) {
  const calls: { file: string; args: readonly string[]; options: CommandOptions | undefined }[] = []
  const run: PortScannerDependencies['run'] = async (file, args, options) => {
    calls.push({ file, args, options })
    const bytes = new TextEncoder().encode(text)
    for (let i = 0; i < bytes.length; i += 7) options?.onStdout?.(bytes.subarray(i, i + 7))
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
  const steps: PortScanStep[] = []
  const summary = await portScanner.scan({ ip, profile }, signal, (step) => steps.push(step))
  return { steps, summary }
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

test('ports, progress and the result of a whole report', async () => {
  const { steps, summary } = await scan(scanner(fakeRun(REPORT)))
  expect(steps).toEqual([
    { type: 'percent', percent: 12 },
    { type: 'percent', percent: 80 },
    {
      type: 'port',
      port: { protocol: 'tcp', number: 22, state: 'open', service: 'ssh', version: 'Open<SSH> 9.2p1[31m' },
    },
    { type: 'port', port: { protocol: 'tcp', number: 80, state: 'filtered', service: '', version: '' } },
    {
      type: 'port',
      port: { protocol: 'tcp', number: 443, state: 'open', service: 'x'.repeat(200), version: '' },
    },
  ])
  expect(summary).toBe('2 of the 100 most common TCP ports are open.')
})

test('progress of several phases counts up once', async () => {
  const progress = [
    ['Connect Scan', 50],
    ['Connect Scan', 100],
    ['Service scan', 50],
    ['NSE', 100],
  ].map(([task, percent]) => `<taskprogress task="${task}" percent="${percent}"/>`)
  const { steps } = await scan(
    scanner(fakeRun(`${HEADER}${progress.join('')}${FINISHED}`)),
    '192.168.1.7',
    'services',
  )
  expect(steps.map((step) => step.type === 'percent' && step.percent)).toEqual([16, 33, 50, 100])
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

test('endless output is cut off', async () => {
  const program = fakeNmap(
    'endless',
    'yes "some text without any tag, a line of it and many more of the kind"',
  )
  expect(await reason(scan(scanner({ program })))).toBe('resource_exhausted NMAP_OUTPUT_LIMIT')
})

test('output that is not XML ends the scan at once', async () => {
  const program = fakeNmap('rubbish', 'echo "<<<<>>>> not xml"; sleep 60')
  expect(await reason(scan(scanner({ program })))).toBe('internal NMAP_FAILED')
})

test('a report without its end is a failure, with what nmap said', async () => {
  const cut = fakeRun(REPORT.replace(FINISHED, ''))
  expect(await reason(scan(scanner(cut)))).toBe('internal NMAP_FAILED')
  const program = fakeNmap('failing', 'echo "Failed to open device eth0" >&2; echo "QUITTING!" >&2; exit 1')
  await expect(scan(scanner({ program }))).rejects.toThrow('nmap failed: Failed to open device eth0')
})

test('a host that nmap gave up on is said to be slow', async () => {
  const { summary } = await scan(scanner(fakeRun(`${HEADER}<host timedout="true"></host>${FINISHED}`)))
  expect(summary).toBe('The host answered too slowly: nmap gave up on it.')
})

test('a caller that goes away ends nmap', async () => {
  const controller = new AbortController()
  const program = fakeNmap('waiting', 'echo "<nmaprun>"; exec sleep 60')
  const running = reason(scan(scanner({ program }), '192.168.1.7', 'quick', controller.signal))
  setImmediate(() => controller.abort())
  expect(await running).toBe('internal NMAP_FAILED')
})
