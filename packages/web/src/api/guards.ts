/**
 * What every request must pass before it is routed: it names this server
 * (DNS rebinding), it was not sent by a foreign page (CSRF), and it is
 * authenticated unless the route table says that the route is public, for
 * changes by more than the cookie that a browser sends by itself.
 * Cross-origin sharing is never enabled.
 */

import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Authenticator, Credentials } from '../auth/authenticator.js'
import { NO_PAGE_SECRET, PAGE_SECRET_HEADER } from '../contract/page-secret.js'
import { problem } from './problem.js'

export const SESSION_COOKIE = 'netwatcher_session'

const READING = new Set(['GET', 'HEAD'])

/** `hosts` are Host header values with port, lower case. */
export function hostGuard(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase()
    const allowed = hosts()
    // An absolute-form target (`GET http://evil/ HTTP/1.1`) names a host of its own.
    if (host !== undefined && allowed.has(host) && allowed.has(new URL(c.req.url).host)) return await next()
    return problem(c, 421, 'This server is not known by that name.', { reason: 'HOST' })
  }
}

export function originGuard(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    if (READING.has(c.req.method) || isFromOwnPage(c, hosts())) return await next()
    return problem(c, 403, 'Changes are only accepted from pages of this server.', { reason: 'ORIGIN' })
  }
}

function isFromOwnPage(c: Context, hosts: ReadonlySet<string>): boolean {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  if (origin !== undefined && !isOwnOrigin(origin, hosts)) return false
  if (site !== undefined) return site === 'same-origin'
  // Browsers always send one of the two; tools send neither, and no cookie either.
  return origin !== undefined || c.req.header('authorization') !== undefined
}

function isOwnOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  const [, host] = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase()) ?? []
  return host !== undefined && hosts.has(host)
}

/** `isPublic` decides by method and path; everything else needs credentials. */
export function authGuard(
  authenticator: Authenticator,
  isPublic: (method: string, path: string) => boolean,
): MiddlewareHandler {
  return async (c, next) => {
    if (isPublic(c.req.method, c.req.path)) return await next()
    const verdict = await authenticator.check(credentialsOf(c))
    if (verdict === 'allowed') return await next()
    if (verdict === 'reading_only') {
      if (READING.has(c.req.method)) return await next()
      const detail = 'Changes need the secret that the page was given at the login: log in again.'
      return problem(c, 403, detail, { reason: NO_PAGE_SECRET })
    }
    if (verdict === 'too_many_failures') return tooManyFailures(c)
    return problem(
      c,
      401,
      'A bearer token or a login is needed.',
      { reason: verdict === 'missing' ? 'NO_CREDENTIALS' : 'BAD_CREDENTIALS' },
      { 'WWW-Authenticate': 'Bearer realm="netwatcher"' },
    )
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

/** Bodies are JSON: a form that another page submits cannot have that type. */
export const jsonGuard: MiddlewareHandler = async (c, next) => {
  const hasBody =
    c.req.header('content-length') !== undefined || c.req.header('transfer-encoding') !== undefined
  const isEmpty = c.req.header('content-length') === '0'
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (READING.has(c.req.method) || type === 'application/json') return await next()
  if (type === undefined && (!hasBody || isEmpty)) return await next()
  return problem(c, 415, 'The body must be application/json.', { reason: 'CONTENT_TYPE' })
}
