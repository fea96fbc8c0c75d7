/**
 * What every request must pass before it is routed: it names this server
 * (DNS rebinding), it was not sent by a foreign page (CSRF), and it is
 * authenticated unless the route table says that the route is public, for
 * changes by more than the cookie that a browser sends by itself.
 * Cross-origin sharing is never enabled.
 */

import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Authenticator, Caller, Credentials } from '../auth/authenticator.js'
import { NO_PAGE_SECRET, PAGE_SECRET_HEADER } from '../contract/page-secret.js'
import { type Seen, seenOf } from './forwarded.js'
import { problem } from './problem.js'

export const SESSION_COOKIE = 'netwatcher_session'

const READING = new Set(['GET', 'HEAD'])

declare module 'hono' {
  interface ContextVariableMap {
    seen: Seen
    /** Unless the route is public. */
    caller: Caller | undefined
  }
}

/** The loopback's own names, which no name server gives away; a tunnel may lead here from any port. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/

/** `hosts` are other Host header values, with port where browsers write one, in lower case. */
export function hostGuard(
  hosts: () => ReadonlySet<string>,
  isProxy: (address: string) => boolean,
): MiddlewareHandler {
  return async (c, next) => {
    const seen = seenOf(c, isProxy)
    c.set('seen', seen)
    if (isOurs(seen.host, hosts()) && isOneHost(c)) return await next()
    return problem(c, 421, 'This server is not known by that name.', { reason: 'HOST' })
  }
}

function isOurs(host: string | undefined, hosts: ReadonlySet<string>): boolean {
  return host !== undefined && (hosts.has(host) || LOOPBACK.test(host))
}

/** An absolute-form target (`GET http://evil/ HTTP/1.1`) names a host of its own. */
function isOneHost(c: Context): boolean {
  const header = `http://${c.req.header('host')}`
  return URL.canParse(header) && new URL(header).host === new URL(c.req.url).host
}

export const originGuard: MiddlewareHandler = async (c, next) => {
  if (READING.has(c.req.method) || isFromOwnPage(c)) return await next()
  return problem(c, 403, 'Changes are only accepted from pages of this server.', { reason: 'ORIGIN' })
}

function isFromOwnPage(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  if (origin !== undefined && !isOwnOrigin(origin, c.get('seen').host)) return false
  if (site !== undefined) return site === 'same-origin'
  // Browsers always send one of the two; tools send neither, and no cookie either.
  return origin !== undefined || c.req.header('authorization') !== undefined
}

/** Another port of the same name is somebody else's page. */
function isOwnOrigin(origin: string, ownHost: string | undefined): boolean {
  const [, host] = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase()) ?? []
  return host !== undefined && host === ownHost
}

/** `isPublic` decides by method and path; everything else needs credentials. */
export function authGuard(
  authenticator: Authenticator,
  isPublic: (method: string, path: string) => boolean,
): MiddlewareHandler {
  return async (c, next) => {
    if (isPublic(c.req.method, c.req.path)) return await next()
    const verdict = await authenticator.check(credentialsOf(c))
    if (verdict === 'too_many_failures') return tooManyFailures(c)
    if (typeof verdict === 'string') {
      return problem(
        c,
        401,
        'A bearer token or a login is needed.',
        { reason: verdict === 'missing' ? 'NO_CREDENTIALS' : 'BAD_CREDENTIALS' },
        { 'WWW-Authenticate': 'Bearer realm="netwatcher"' },
      )
    }
    if (verdict.way === 'page_without_secret' && !READING.has(c.req.method)) {
      const detail = 'Changes need the secret that the page was given at the login: log in again.'
      return problem(c, 403, detail, { reason: NO_PAGE_SECRET })
    }
    c.set('caller', verdict)
    return await next()
  }
}

export function credentialsOf(c: Context): Credentials {
  return {
    authorization: c.req.header('authorization'),
    session: getCookie(c, SESSION_COOKIE),
    pageSecret: c.req.header(PAGE_SECRET_HEADER),
  }
}

export function tooManyFailures(c: Context): Response {
  const detail = 'Too many wrong credentials; wait a minute.'
  return problem(c, 429, detail, { reason: 'TOO_MANY_FAILURES' }, { 'Retry-After': '60' })
}

/**
 * Bodies are JSON: a form that another page submits cannot have that type. An empty one needs no type;
 * it may have another (`curl -d ''` says it is a form) beside a bearer token, which no form can send.
 */
export const jsonGuard: MiddlewareHandler = async (c, next) => {
  const hasBody =
    c.req.header('content-length') !== undefined || c.req.header('transfer-encoding') !== undefined
  const isEmpty = c.req.header('content-length') === '0'
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (READING.has(c.req.method) || type === 'application/json') return await next()
  const mayBeAnything = type === undefined || c.get('caller')?.way === 'bearer'
  if (mayBeAnything && (!hasBody || isEmpty)) return await next()
  return problem(c, 415, 'The body must be application/json.', { reason: 'CONTENT_TYPE' })
}
