/**
 * Browser sessions: opened with the token or a login ticket, held in a cookie
 * that no script can read and a secret that only pages of this origin can.
 */

import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { type Authenticator, SESSION_LIFE_MS } from '../auth/authenticator.js'
import {
  type LoginResponse,
  loginBody,
  loginSchema,
  type SessionResponse,
  sessionSchema,
} from '../contract/session.js'
import { SESSION_COOKIE, tooManyFailures } from './guards.js'
import { problem } from './problem.js'
import { type Route, route } from './route.js'

export interface SessionDeps {
  authenticator: Authenticator
  baseOf: (host?: string) => string
}

export function sessionRoutes({ authenticator, baseOf }: SessionDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/session',
      tag: 'session',
      summary: 'Logs in with the token or a one-time login ticket; sets a cookie',
      isPublic: true,
      body: loginBody,
      response: { status: 200, description: 'Logged in', schema: loginSchema },
      handle: async ({ c, body }) => {
        const result = await authenticator.login(body.token)
        if (result === 'too_many_failures') return tooManyFailures(c)
        if (typeof result === 'string') {
          return problem(c, 401, 'That token or login link is wrong, too old, or was used before.', {
            reason: 'BAD_CREDENTIALS',
          })
        }
        c.set('caller', result.caller)
        setCookie(c, SESSION_COOKIE, result.session, {
          path: `${baseOf(c.get('seen').host)}/`,
          httpOnly: true,
          secure: c.get('seen').isSecure,
          sameSite: 'Strict',
          maxAge: SESSION_LIFE_MS / 1000,
        })
        return c.json({ pageSecret: result.pageSecret } satisfies LoginResponse)
      },
    }),
    route({
      method: 'GET',
      path: '/api/session',
      tag: 'session',
      summary: 'Tells whether these credentials are good',
      response: { status: 200, description: 'They are', schema: sessionSchema },
      handle: async ({ c }) => {
        const caller = c.get('caller')
        if (!caller) throw new Error('this route is not public')
        const { token, access, way } = caller
        const mayChange = way !== 'page_without_secret'
        return c.json({ loggedIn: true, mayChange, access, token } satisfies SessionResponse)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/session',
      tag: 'session',
      summary: 'Logs out',
      access: 'read',
      response: { status: 204, description: 'Logged out' },
      handle: async ({ c }) => {
        const session = getCookie(c, SESSION_COOKIE)
        if (session !== undefined) await authenticator.logout(session)
        deleteCookie(c, SESSION_COOKIE, { path: `${baseOf(c.get('seen').host)}/` })
        return c.body(null, 204)
      },
    }),
  ]
}
