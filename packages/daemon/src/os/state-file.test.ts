/** The rule for state files, with each reader that follows it. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { PinnedBindings } from '../journal/pinned-bindings.js'
import { LearntStore } from '../sensor/learnt-store.js'
import { readDaemonId } from './daemon-id.js'
import { type FileStore, openStateDirectory, type SetAside } from './state-directory.js'
import { jsonState, readState, stateFile } from './state-file.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const BINDING = { ip: '10.0.0.1', mac: 'aa:bb:cc:dd:ee:01' }

let directory: string
let files: FileStore
let aside: SetAside[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-state-'))
  aside = []
  files = openStateDirectory(directory, (one) => aside.push(one))
})
afterEach(() => rmSync(directory, { recursive: true }))

function put(name: string, content: string): void {
  writeFileSync(join(directory, name), content)
}

/** The one file that was set aside: told with why, and its content as it was. */
function expectSetAside(file: string, content: string): void {
  expect(aside).toEqual([{ file, path: expect.any(String), why: expect.stringMatching(/./) }])
  const { path = '' } = aside[0] ?? {}
  expect(path).toMatch(/\.damaged-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(readFileSync(path, 'utf8')).toBe(content)
}

const readNumbers = () => readState(stateFile(files, 'n.json'), jsonState(z.array(z.number()).max(3)))

test('a sound file is read, a missing one is none, and nothing is told', () => {
  expect(readNumbers()).toBe(null)
  put('n.json', '[1,2]')
  expect(readNumbers()).toEqual([1, 2])
  expect([aside, readdirSync(directory)]).toEqual([[], ['n.json']])
})

test.each([
  ['empty', ''],
  ['cut short', '[1,'],
  ['zeros', '\0\0\0'],
  ['of another shape', '{"a":1}'],
  ['wrong inside', '[1,null]'],
  ['too long', '[1,2,3,4]'],
])('a file that is %s is set aside as it was, and then there is none', (_, content) => {
  put('n.json', content)
  expect(readNumbers()).toBe(null)
  expectSetAside('n.json', content)
  expect(readNumbers()).toBe(null)
  expect(aside).toHaveLength(1)
})

test('a file that would fill the memory is not read, and a directory is no file', () => {
  put('n.json', '')
  truncateSync(join(directory, 'n.json'), 2 ** 40)
  expect(readNumbers()).toBe(null)
  mkdirSync(join(directory, 'n.json'))
  expect(readNumbers()).toBe(null)
  expect(aside.map(({ why }) => why)).toEqual([
    expect.stringContaining('larger than'),
    expect.stringContaining('EISDIR'),
  ])
})

test('what cannot be set aside either is not passed over', () => {
  const stuck = {
    read: () => '?',
    setAside: () => {
      throw new Error('EROFS')
    },
  }
  expect(() => readState(stuck, jsonState(z.number()))).toThrow('EROFS')
})

test('the daemon’s identity is kept, and a damaged one is not replaced without a word', () => {
  const id = readDaemonId(files)
  expect(readDaemonId(files)).toBe(id)
  put('daemon-id', 'f00\n')
  const fresh = readDaemonId(files)
  expect(fresh).toMatch(/^[0-9a-f]{32}$/)
  expect(readDaemonId(files)).toBe(fresh)
  expectSetAside('daemon-id', 'f00\n')
})

test.each([
  '{}',
  '[null]',
  '[{"ip":"10.0.0.01","mac":"aa:bb:cc:dd:ee:01"}]',
  '[{"ip":"10.0.0.1","mac":"AA:bb:cc:dd:ee:01"}]',
])('damaged pinned bindings (%s) are set aside', (content) => {
  put('pinned.json', content)
  const pinned = new PinnedBindings([], files)
  pinned.load()
  expect(pinned.list()).toEqual([])
  expectSetAside('pinned.json', content)
  pinned.pin(BINDING)
  const next = new PinnedBindings([], files)
  next.load()
  expect(next.list()).toEqual([BINDING])
})

test('no more bindings can be pinned than are read back', () => {
  const pinned = new PinnedBindings([], { ...files, write: () => {} })
  for (let i = 0; i < 1024; i++) pinned.pin({ ...BINDING, ip: `10.0.${i >> 8}.${i & 255}` })
  expect(() => pinned.pin({ ...BINDING, ip: '10.1.0.0' })).toThrow('At most 1024')
})

test('what a sensor had learnt comes back as it was, or not at all', () => {
  const learnt = new LearntStore(files, LOG)
  expect(learnt.read('eth0')).toHaveLength(0)
  learnt.write('eth0', Buffer.from('what it knew'))
  expect(Buffer.from(learnt.read('eth0')).toString()).toBe('what it knew')
  const stored = readFileSync(join(directory, 'eth0.learnt'), 'latin1')
  const damaged = stored.replace('knew', 'know')
  writeFileSync(join(directory, 'eth0.learnt'), damaged, 'latin1')
  expect(learnt.read('eth0')).toHaveLength(0)
  expect(aside).toMatchObject([{ file: 'eth0.learnt' }])
  put('eth0.learnt', 'short')
  expect(learnt.read('eth0')).toHaveLength(0)
  expect(aside).toHaveLength(2)
})

test('an identity that finds no room is a sentence', () => {
  const refuse = () => {
    throw new Error('ENOSPC: no space left on device')
  }
  expect(() => readDaemonId({ ...files, write: refuse })).toThrow(
    'The identity of this daemon cannot be written to its state directory: ENOSPC',
  )
})
