/** Tokens with a name: made, listed, revoked; and what was changed with which. */

import { NetWatcherError } from '@netwatcher/shared'
import { hashSecret, makeToken } from '../auth/token.js'
import {
  type ChangesResponse,
  changesQuery,
  changesSchema,
  type NewTokenResponse,
  newTokenSchema,
  type TokensResponse,
  tokenBody,
  tokenParams,
  tokensSchema,
} from '../contract/tokens.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export interface TokensDeps {
  store: Store
  nowMs: () => number
}

export function tokensRoutes({ store, nowMs }: TokensDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/tokens',
      tag: 'tokens',
      summary: 'Lists the tokens that were made, without their secrets',
      access: 'full',
      response: { status: 200, description: 'Tokens', schema: tokensSchema },
      handle: async ({ c }) => {
        const tokens = await store.tokens.list()
        return c.json({
          tokens: tokens.map(({ id, name, access, createdMs }) => ({ id, name, access, createdMs })),
        } satisfies TokensResponse)
      },
    }),
    route({
      method: 'POST',
      path: '/api/tokens',
      tag: 'tokens',
      summary: 'Makes a token; its secret is in this answer and nowhere else',
      body: tokenBody,
      response: { status: 201, description: 'The token', schema: newTokenSchema },
      handle: async ({ c, body }) => {
        const token = makeToken()
        const made = { ...body, createdMs: nowMs() }
        const id = await store.tokens.create({ ...made, secretHash: hashSecret(token) })
        return c.json({ id, ...made, token } satisfies NewTokenResponse, 201)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/tokens/:id',
      tag: 'tokens',
      summary: 'Revokes a token, and ends the sessions that were opened with it',
      params: tokenParams,
      response: { status: 204, description: 'Revoked' },
      handle: async ({ c, params }) => {
        if (await store.tokens.revoke(params.id)) return c.body(null, 204)
        throw new NetWatcherError('not_found', 'NO_TOKEN', 'There is no such token.')
      },
    }),
    route({
      method: 'GET',
      path: '/api/changes',
      tag: 'tokens',
      summary: 'Lists what was changed over HTTP with which token, and what read-only ones were refused',
      query: changesQuery,
      response: { status: 200, description: 'Changes, newest first', schema: changesSchema },
      handle: async ({ c, query }) =>
        c.json({ ...query, ...(await store.audit.list(query)) } satisfies ChangesResponse),
    }),
  ]
}
