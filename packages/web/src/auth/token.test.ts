import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTicket, makeToken, readOrCreateToken, readTicket } from './token.js'

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

test.each(['short', `two ${makeToken()}`, `${makeToken()} words`])('%j is no token', (text) => {
  writeFileSync(path, `${text}\n`)
  expect(() => readOrCreateToken(path)).toThrow(expect.objectContaining({ reason: 'BAD_TOKEN_FILE' }))
})

test('a ticket is read until its time, and with nothing before or behind it', () => {
  const key = { token: makeToken(), runId: 'run' }
  const ticket = makeTicket(key, 1_800_000_000_000)
  const { expiresMs } = readTicket(key, ticket, 1_800_000_000_000) ?? { expiresMs: 0 }
  expect(expiresMs).toBe(1_800_000_600_000)
  expect(readTicket(key, ticket, expiresMs - 1)).not.toBeNull()
  expect(readTicket(key, ticket, expiresMs)).toBeNull()
  for (const longer of [`x${ticket}`, `${ticket}x`, `${ticket}\n`]) {
    expect(readTicket(key, longer, expiresMs - 1)).toBeNull()
  }
})
