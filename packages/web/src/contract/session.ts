/** /api/session: logging in with the token or a login ticket, asking, logging out. */

import { z } from 'zod'

export const loginBody = z.strictObject({ token: z.string().min(1).max(256) })
export const sessionSchema = z.object({ loggedIn: z.literal(true) })
