import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAtomically } from './atomic-file.js'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-atomic-'))
  path = join(directory, 'state.json')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a file is replaced whole and nothing is left beside it', () => {
  writeAtomically(path, 'a longer text')
  writeAtomically(path, Buffer.from('two'))
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(readdirSync(directory)).toEqual(['state.json'])
})

test('it is for its owner only, whatever there was before', () => {
  for (const name of [path, `${path}.tmp`]) {
    writeFileSync(name, 'old')
    chmodSync(name, 0o666)
  }
  writeAtomically(path, 'new')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('what cannot be put in place leaves the old and no draft', () => {
  mkdirSync(path)
  expect(() => writeAtomically(path, 'text')).toThrow()
  expect(readdirSync(directory)).toEqual(['state.json'])
  expect(() => writeAtomically(join(directory, 'missing', 'x'), 'text')).toThrow('ENOENT')
})
