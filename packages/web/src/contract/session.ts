/**
 * /api/session: logging in with the token or a login ticket, asking, logging out.
 * The cookie is the browser's; what the page must send besides it to change
 * something is told once, in the answer to the login.
 */

import { z } from 'zod'
import { PAGE_SECRET_HEADER } from './page-secret.js'

export const loginBody = z.strictObject({ token: z.string().min(1).max(256) })
export const loginSchema = z.object({
  pageSecret: z.string().describe(`To be sent as ${PAGE_SECRET_HEADER} with every change`),
})
export type LoginResponse = z.infer<typeof loginSchema>

export const sessionSchema = z.object({
  loggedIn: z.literal(true),
  mayChange: z.boolean().describe('False for a session without the secret of its page'),
  access: z.enum(['read', 'full']).describe('What the token is good for that it comes from'),
  token: z.string().describe('Name of that token'),
})
export type SessionResponse = z.infer<typeof sessionSchema>
