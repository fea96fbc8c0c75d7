/**
 * Who may use the API: bearers of a token, and browser sessions opened with one
 * or with a login ticket. Wrong secrets are slowed down; right ones always
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
import type { TokenRepository } from '../storage/token-repository.js'
import { hashSecret, isSameSecret, makePageSecret, readTicket, type TicketKey } from './token.js'

export const SESSION_LIFE_MS = 30 * DAY_MS
const FAILURES_PER_MINUTE = 20
/** Name of the token that the state directory holds; login links are made from it. */
export const OWN_TOKEN = 'installation'

/** What a token is good for: `read` changes nothing. */
export type Access = 'read' | 'full'

export interface Caller {
  /** Name of the token that it comes from. */
  token: string
  access: Access
  /** A session without the secret of its page may only read. */
  way: 'bearer' | 'page' | 'page_without_secret'
}

export type Refusal = 'missing' | 'refused' | 'too_many_failures'

export interface Login {
  session: string
  pageSecret: string
  caller: Caller
}

export interface Credentials {
  /** Value of the Authorization header. */
  authorization: string | undefined
  /** Value of the session cookie. */
  session: string | undefined
  /** What the page sends besides the cookie. */
  pageSecret: string | undefined
}

interface Grant {
  /** Null: of the installation's own token. */
  id: number | null
  name: string
  access: Access
}

const OWN_GRANT: Grant = { id: null, name: OWN_TOKEN, access: 'full' }

export class Authenticator {
  private failures: number[] = []

  constructor(
    private readonly key: TicketKey,
    private readonly sessions: SessionRepository,
    private readonly tokens: TokenRepository,
    private readonly nowMs: () => number,
  ) {}

  async check(credentials: Credentials): Promise<Caller | Refusal> {
    const { authorization, session, pageSecret } = credentials
    if (authorization !== undefined) {
      const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(authorization)?.[1]
      const grant = bearer === undefined ? null : await this.ofToken(bearer)
      return grant ? { token: grant.name, access: grant.access, way: 'bearer' } : this.fail()
    }
    if (session === undefined) return 'missing'
    const grant = await this.ofSession(session)
    if (!grant) return this.fail()
    const isOwnPage =
      pageSecret !== undefined && isSameSecret(pageSecret, makePageSecret(this.key.token, session))
    return { token: grant.name, access: grant.access, way: isOwnPage ? 'page' : 'page_without_secret' }
  }

  /** Opens a session for a token or an unspent ticket; returns its secrets. */
  async login(secret: string): Promise<Login | Refusal> {
    const grant = (await this.ofToken(secret)) ?? ((await this.spendTicket(secret)) ? OWN_GRANT : null)
    if (!grant) return this.fail()
    const session = randomBytes(32).toString('base64url')
    const now = this.nowMs()
    await this.sessions.create(hashSecret(session), now, now + SESSION_LIFE_MS, grant.id)
    const caller: Caller = { token: grant.name, access: grant.access, way: 'page' }
    return { session, pageSecret: makePageSecret(this.key.token, session), caller }
  }

  async logout(session: string): Promise<void> {
    await this.sessions.remove(hashSecret(session))
  }

  private async ofToken(secret: string): Promise<Grant | null> {
    if (isSameSecret(secret, this.key.token)) return OWN_GRANT
    return await this.tokens.ofHash(hashSecret(secret))
  }

  private async ofSession(session: string): Promise<Grant | null> {
    const found = await this.sessions.find(hashSecret(session), this.nowMs())
    if (!found) return null
    return found.tokenId === null ? OWN_GRANT : await this.tokens.ofId(found.tokenId)
  }

  private async spendTicket(text: string): Promise<boolean> {
    const ticket = readTicket(this.key, text, this.nowMs())
    return ticket !== null && (await this.sessions.spendTicket(ticket.nonce, this.nowMs(), ticket.expiresMs))
  }

  private fail(): Refusal {
    const now = this.nowMs()
    this.failures = this.failures.filter((atMs) => atMs > now - MINUTE_MS).slice(-FAILURES_PER_MINUTE)
    if (this.failures.length >= FAILURES_PER_MINUTE) return 'too_many_failures'
    this.failures.push(now)
    return 'refused'
  }
}
