/** A real port, and the file of a run that is over or not. */

import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newRunId, removeInstance, writeInstance } from './auth/running-instance.js'
import { readTicket } from './auth/token.js'
import { freshLoginLink, INSTANCE_FILE } from './login-link.js'

const TOKEN = 'T'.repeat(43)
const NOBODY = 65_534

let directory: string
let server: Server
let port: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-link-'))
  writeFileSync(join(directory, 'token'), `${TOKEN}\n`)
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
})

afterEach(async () => {
  if (server.listening) await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true })
})

function announce(): string {
  const runId = newRunId()
  writeInstance(join(directory, INSTANCE_FILE), { runId, ip: '127.0.0.1', port })
  return runId
}

test('the link is for this run, and for no other', () => {
  const runId = announce()
  const link = new URL(freshLoginLink(directory, null, 1_700_000_000_000))
  expect(link.host).toBe(`127.0.0.1:${port}`)
  const ticket = link.searchParams.get('token') ?? ''
  expect(readTicket({ token: TOKEN, runId }, ticket, 1_700_000_000_001)).not.toBeNull()
  expect(readTicket({ token: TOKEN, runId: newRunId() }, ticket, 1_700_000_000_001)).toBeNull()
})

test('without a server there is none', async () => {
  expect(() => freshLoginLink(directory, null, 0)).toThrow('not running')
  announce()
  await new Promise((resolve) => server.close(resolve))
  expect(() => freshLoginLink(directory, null, 0)).toThrow('Nobody listens')
  removeInstance(join(directory, INSTANCE_FILE))
  writeFileSync(join(directory, INSTANCE_FILE), '{"runId":1}')
  expect(() => freshLoginLink(directory, null, 0)).toThrow('not running')
})

test('somebody else who took the port gets no ticket', () => {
  announce()
  // The token's owner is who the server runs as.
  chownSync(join(directory, 'token'), NOBODY, NOBODY)
  expect(() => freshLoginLink(directory, null, 0)).toThrow(/Another user \(uid \d+\) listens/)
})
