import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOrCreateToken } from './token.js'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-token-'))
  path = join(directory, 'token')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a token is made once, and is for its owner only', () => {
  const token = readOrCreateToken(path)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(readOrCreateToken(path)).toBe(token)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a token file that others can read is closed to them', () => {
  readOrCreateToken(path)
  chmodSync(path, 0o644)
  readOrCreateToken(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('what is no token is not taken for one', () => {
  writeFileSync(path, 'short\n')
  expect(() => readOrCreateToken(path)).toThrow(expect.objectContaining({ reason: 'BAD_TOKEN_FILE' }))
})
