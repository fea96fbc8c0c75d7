import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { main } from './command-line.js'

let directory: string
let out: string
let errors: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcherd-'))
  out = ''
  errors = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(directory, { recursive: true })
})

function configFile(text: string): string {
  const path = join(directory, 'netwatcherd.toml')
  writeFileSync(path, text)
  return path
}

test('version and help', async () => {
  expect(await main(['--version'])).toBe(0)
  expect(out).toMatch(/^netwatcherd \d+\.\d+\.\d+\n$/)
  expect(await main(['--help'])).toBe(0)
  expect(out).toContain('--check-config')
})

test.each([['--verbose'], ['-x'], ['--config'], ['--version=yes'], ['eth0']])(
  'a wrong command line (%s) is one line and exit code 2',
  async (argument) => {
    expect(await main([argument])).toBe(2)
    expect(errors).toMatch(/^netwatcherd: [^\n]+\n$/)
  },
)

test('a state directory of a newer version ends it with one sentence, and is left as it was', async () => {
  const stamp = JSON.stringify({ version: '9.9.9', layouts: { blocks: 99 } })
  const path = join(directory, 'written-by.json')
  writeFileSync(path, stamp)
  expect(await main(['--config', configFile(''), '--state-dir', directory])).toBe(78)
  expect(errors).toMatch(
    /^netwatcherd: The state directory \S+ was written by netwatcherd 9\.9\.9, [^\n]+\n$/,
  )
  expect(readFileSync(path, 'utf8')).toBe(stamp)
})

test('a sound configuration passes the check', async () => {
  expect(await main(['--config', configFile('[capture]\nbucket_seconds = 5\n'), '--check-config'])).toBe(0)
  expect(errors).toBe('')
})

test('every problem of a configuration is told with file and line', async () => {
  const path = configFile('[capture]\nbucket_seconds = 0\ncolour = "red"\n')
  expect(await main(['--config', path, '--check-config'])).toBe(78)
  expect(errors).toBe(
    [
      `netwatcherd: ${path}:2: capture.bucket_seconds must be a whole number from 1 to 3600\n`,
      `netwatcherd: ${path}:3: unknown setting capture.colour\n`,
    ].join(''),
  )
})

test.each([
  ['[socket]\ngroup = "no-such-group"\n', 'There is no group "no-such-group" (socket.group)'],
  ['[capture]\nsensor_user = "no-such-user"\n', 'There is no user "no-such-user", nor "no-such-user-0"'],
])('accounts that are named and not there are told: %s', async (settings, sentence) => {
  expect(await main(['--config', configFile(settings), '--check-config'])).toBe(78)
  expect(errors).toContain(`netwatcherd: ${sentence}`)
  expect(out).toBe('')
})

test('accounts that are there pass the check', async () => {
  const path = configFile('[socket]\ngroup = "daemon"\n[capture]\nsensor_user = "daemon"\n')
  expect(await main(['--config', path, '--check-config'])).toBe(0)
})

test('a configuration that was asked for must be there', async () => {
  expect(await main(['--config', join(directory, 'missing.toml'), '--check-config'])).toBe(78)
  expect(errors).toContain('missing.toml')
})

test('a replay of a file that is not there fails, and needs no configuration', async () => {
  expect(await main(['replay', join(directory, 'missing.pcap')])).toBe(1)
  expect(errors).toContain('missing.pcap')
})
