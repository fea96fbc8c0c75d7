/**
 * The secret of this installation: 32 random bytes in a file that only its
 * user can read. Tools send it as a bearer token. From it come login tickets:
 * single-use, short-lived, good for one run of the server only, made by anybody
 * who can read the file (so `netwatcher-web --login-link` needs no way to talk to
 * the running server).
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { MINUTE_MS, NetWatcherError } from '@netwatcher/shared'

const TOKEN_BYTES = 32
const TICKET_LIFE_MS = 10 * MINUTE_MS
const TICKET = /^([A-Za-z0-9_-]{22})\.(\d{13})\.([A-Za-z0-9_-]{43})$/

export function makeToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

export function readOrCreateToken(path: string): string {
  if (!existsSync(path)) {
    // Under another name first: a full disk must not leave a file without a token.
    writeFileSync(`${path}.new`, `${makeToken()}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  chmodSync(path, 0o600)
  return readToken(path)
}

export function readToken(path: string): string {
  const token = readFileSync(path, 'utf8').trim()
  if (/^[A-Za-z0-9_-]{43,}$/.test(token)) return token
  throw new NetWatcherError(
    'failed_precondition',
    'BAD_TOKEN_FILE',
    `${path} does not hold a token; delete it to have a new one made.`,
  )
}

export interface Ticket {
  nonce: string
  expiresMs: number
}

/** What signs tickets: the token, and the id of the run that they are for. */
export interface TicketKey {
  token: string
  runId: string
}

export function makeTicket(key: TicketKey, nowMs: number): string {
  const nonce = randomBytes(16).toString('base64url')
  const expiresMs = nowMs + TICKET_LIFE_MS
  return `${nonce}.${expiresMs}.${sign(key, nonce, expiresMs)}`
}

/** Null when it is not ours or too old. Whether it was spent is the caller's question. */
export function readTicket(key: TicketKey, text: string, nowMs: number): Ticket | null {
  const [, nonce = '', expires = '', signature = ''] = TICKET.exec(text) ?? []
  const expiresMs = Number(expires)
  if (!isSameSecret(signature, sign(key, nonce, expiresMs))) return null
  return expiresMs > nowMs ? { nonce, expiresMs } : null
}

function sign({ token, runId }: TicketKey, nonce: string, expiresMs: number): string {
  const text = `netwatcher login ${runId} ${nonce} ${expiresMs}`
  return createHmac('sha256', token).update(text).digest('base64url')
}

/** In constant time: both are hashed, so that not even the length shows. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

/** Cannot be made from the session alone, and needs no place in the database. */
export function makePageSecret(token: string, session: string): string {
  return createHmac('sha256', token).update(`netwatcher page ${session}`).digest('base64url')
}

export function hashSecret(text: string): string {
  return digest(text).toString('base64url')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
