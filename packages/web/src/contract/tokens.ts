/** /api/tokens: tokens with a name beside that of the installation; /api/changes: what was changed with which. */

import { z } from 'zod'
import { paging } from './fields.js'
import { says } from './says.js'
import { count, pageOf, text, timeMs } from './values.js'

/** Reason of what a read-only token is refused. */
export const READ_ONLY = 'READ_ONLY'

const access = z.enum(['read', 'full']).describe('read: changes nothing, and sends nothing into the network')
const tokenName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, says('field_not_token_name'))
  .refine((name) => name !== 'installation', says('field_own_token'))

export const tokenBody = z.strictObject({ name: tokenName, access: access.default('read') })
export const tokenParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, says('field_not_token'))
    .transform(Number),
})

const tokenSchema = z.object({ id: count, name: text, access, createdMs: timeMs })
export const tokensSchema = z.object({ tokens: z.array(tokenSchema).describe('The oldest first') })
export type TokensResponse = z.infer<typeof tokensSchema>

export const newTokenSchema = tokenSchema.extend({
  token: text.describe('The secret, which is told once: only a hash of it is kept'),
})
export type NewTokenResponse = z.infer<typeof newTokenSchema>

export const changesQuery = z.strictObject(paging)
export const changesSchema = z.object({
  ...pageOf,
  changes: z
    .array(
      z.object({
        atMs: timeMs.describe('The last time that it happened'),
        firstMs: timeMs,
        count: count.describe('Times that the same happened within an hour of the first'),
        token: text.describe('Name of the token that was used; installation: that of the state directory'),
        way: z.enum(['bearer', 'page']).describe('As a bearer, or by a session that was opened with it'),
        source: text.describe('Address that it came from; empty when that is not known'),
        method: text,
        path: text,
        status: count.describe('HTTP status; 403: refused, because the token may only read'),
      }),
    )
    .describe('Newest first'),
})
export type ChangesResponse = z.infer<typeof changesSchema>
