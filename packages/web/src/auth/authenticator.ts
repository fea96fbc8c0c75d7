/**
 * Who may use the API: bearers of the token, and browser sessions opened with
 * it or with a login ticket. Wrong secrets are slowed down; right ones always
 * pass, so that nobody can lock the owner out by guessing.
 *
 * A browser sends the session's cookie to every port of 127.0.0.1, so whoever
 * else listens there may come by it. What a session may change therefore takes
 * a second secret, which the page keeps where only its own origin, port
 * included, can read it, and which does not follow from the cookie.
 */

import { randomBytes } from 'node:crypto'
import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import type { SessionRepository } from '../storage/session-repository.js'
import { hashSecret, isSameSecret, makePageSecret, readTicket, type TicketKey } from './token.js'

export const SESSION_LIFE_MS = 30 * DAY_MS
const FAILURES_PER_MINUTE = 20

/** `reading_only`: a session without the secret of its page. */
export type Verdict = 'allowed' | 'reading_only' | 'missing' | 'refused' | 'too_many_failures'

export interface Login {
  session: string
  pageSecret: string
}

export interface Credentials {
  /** Value of the Authorization header. */
  authorization: string | undefined
  /** Value of the session cookie. */
  session: string | undefined
  /** What the page sends besides the cookie. */
  pageSecret: string | undefined
}

export class Authenticator {
  private failures: number[] = []

  constructor(
    private readonly key: TicketKey,
    private readonly sessions: SessionRepository,
    private readonly nowMs: () => number,
  ) {}

  async check(credentials: Credentials): Promise<Verdict> {
    const { authorization, session, pageSecret } = credentials
    if (authorization !== undefined) {
      const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(authorization)?.[1]
      return bearer !== undefined && isSameSecret(bearer, this.key.token) ? 'allowed' : this.fail()
    }
    if (session === undefined) return 'missing'
    if (!(await this.sessions.isValid(hashSecret(session), this.nowMs()))) return this.fail()
    const isOwnPage =
      pageSecret !== undefined && isSameSecret(pageSecret, makePageSecret(this.key.token, session))
    return isOwnPage ? 'allowed' : 'reading_only'
  }

  /** Opens a session for the token or an unspent ticket; returns its secrets. */
  async login(secret: string): Promise<Login | Verdict> {
    if (!isSameSecret(secret, this.key.token) && !(await this.spendTicket(secret))) return this.fail()
    const session = randomBytes(32).toString('base64url')
    await this.sessions.create(hashSecret(session), this.nowMs(), this.nowMs() + SESSION_LIFE_MS)
    return { session, pageSecret: makePageSecret(this.key.token, session) }
  }

  async logout(session: string): Promise<void> {
    await this.sessions.remove(hashSecret(session))
  }

  private async spendTicket(text: string): Promise<boolean> {
    const ticket = readTicket(this.key, text, this.nowMs())
    return ticket !== null && (await this.sessions.spendTicket(ticket.nonce, this.nowMs(), ticket.expiresMs))
  }

  private fail(): Verdict {
    const now = this.nowMs()
    this.failures = this.failures.filter((atMs) => atMs > now - MINUTE_MS).slice(-FAILURES_PER_MINUTE)
    if (this.failures.length >= FAILURES_PER_MINUTE) return 'too_many_failures'
    this.failures.push(now)
    return 'refused'
  }
}
