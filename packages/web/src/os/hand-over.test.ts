import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { INSTANCE_FILE } from '../login-link.js'
import { SECRETS_FILE } from '../storage/secret-file.js'
import { handOver, isOwnFile } from './hand-over.js'

const isRoot = process.getuid?.() === 0
const ID = 4242

let directory: string
let passwd: string
let state: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-hand-over-'))
  passwd = join(directory, 'passwd')
  state = join(directory, 'state')
  writeFileSync(
    passwd,
    `root:x:0:0::/root:/bin/sh\nweb:x:${ID}:${ID}::/:/bin/false\nhalf:x:77:0::/:/bin/false\n`,
  )
})
afterEach(() => rmSync(directory, { recursive: true }))

test.each([
  ['nobody-of-that-name', 'NO_SUCH_USER'],
  ['root', 'USER_IS_ROOT'],
  ['half', 'USER_IS_ROOT'],
])('nothing is given to %s', (user, reason) => {
  expect(() => handOver(user, state, passwd)).toThrow(expect.objectContaining({ reason }))
  expect(existsSync(state)).toBe(false)
})

test.each(['passwd', 'netwatcher.sh', 'tokens', '.ssh', 'netwatcher'])(
  'a directory with a file that is not ours (%s) is not given away',
  (name) => {
    mkdirSync(state, { mode: 0o755 })
    writeFileSync(join(state, 'token'), '')
    writeFileSync(join(state, name), '')
    expect(() => handOver('web', state, passwd)).toThrow(expect.objectContaining({ reason: 'STATE_DIR' }))
    const { uid, mode } = statSync(state)
    expect([uid, mode & 0o777]).toEqual([process.getuid?.(), 0o755])
    expect(statSync(join(state, 'token')).uid).toBe(process.getuid?.())
  },
)

test('the secrets of channels are ours, also half-written', () => {
  expect([SECRETS_FILE, `${SECRETS_FILE}.new`].map(isOwnFile)).toEqual([true, true])
})

test('neither is what a link in its place leads to', () => {
  mkdirSync(join(directory, 'elsewhere'))
  symlinkSync(join(directory, 'elsewhere'), state)
  expect(() => handOver('web', state, passwd)).toThrow(expect.objectContaining({ reason: 'STATE_DIR' }))
})

test.runIf(isRoot)('our files are given with the directory, links in it are not followed', () => {
  mkdirSync(state)
  chmodSync(state, 0o777)
  const ours = ['netwatcher.db', 'netwatcher.db-wal', 'lock.db', 'token', INSTANCE_FILE]
  for (const name of ours) writeFileSync(join(state, name), '')
  const outside = join(directory, 'outside')
  writeFileSync(outside, '')
  linkSync(outside, join(state, 'token.hard'))
  symlinkSync(outside, join(state, 'token.soft'))
  handOver('web', state, passwd)
  const owner = (name: string) => lstatSync(join(state, name)).uid
  expect(['.', ...ours].map(owner)).toEqual(Array(6).fill(ID))
  expect(statSync(outside).uid).toBe(0)
  expect(statSync(state).mode & 0o777).toBe(0o700)
})

test.runIf(isRoot)('a directory that does not exist is made', () => {
  handOver('web', state, passwd)
  const { uid, gid, mode } = statSync(state)
  expect([uid, gid, mode & 0o777]).toEqual([ID, ID, 0o700])
})
