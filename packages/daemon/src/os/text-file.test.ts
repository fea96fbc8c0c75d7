import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStateDirectory } from './state-directory.js'
import { textFile } from './text-file.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-text-file-'))
const files = openStateDirectory(directory, () => {})
afterAll(() => rmSync(directory, { recursive: true }))

test('a file is replaced whole, and appended to', () => {
  const file = textFile(files, 'state.json')
  expect(file.read()).toBe(null)
  file.replace('one\n')
  file.append('two\n')
  expect(file.read()).toBe('one\ntwo\n')
  file.replace('three\n')
  expect(file.read()).toBe('three\n')
  expect(readdirSync(directory)).toEqual(['state.json'])
})

test('a file that only grows is for its owner only, too', () => {
  textFile(files, 'audit.jsonl').append('one\n')
  expect(statSync(join(directory, 'audit.jsonl')).mode & 0o777).toBe(0o600)
})

test('what is not a readable file is an error, not an empty file', () => {
  mkdirSync(join(directory, 'folder'))
  expect(() => textFile(files, 'folder').read()).toThrow('EISDIR')
})
