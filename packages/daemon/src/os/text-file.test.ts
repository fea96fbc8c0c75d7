import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTextFile } from './text-file.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-text-file-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('a file is made for its owner only, replaced whole, and appended to', () => {
  const path = join(directory, 'state.json')
  const file = openTextFile(path)
  expect(file.read()).toBe(null)
  file.replace('one\n')
  file.append('two\n')
  expect(file.read()).toBe('one\ntwo\n')
  file.replace('three\n')
  expect(file.read()).toBe('three\n')
  expect(readdirSync(directory)).toEqual(['state.json'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a file that only grows is for its owner only, too', () => {
  const path = join(directory, 'audit.jsonl')
  openTextFile(path).append('one\n')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('what is not a readable file is an error, not an empty file', () => {
  expect(() => openTextFile(directory).read()).toThrow('EISDIR')
})
