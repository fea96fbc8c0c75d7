/** Every error, as RFC 9457 has it (application/problem+json). */

import { z } from 'zod'
import { count, text } from './values.js'

export const problemSchema = z.object({
  type: text.describe('about:blank, or a stable URN'),
  title: text,
  status: count.describe('HTTP status'),
  detail: text,
  reason: text.exactOptional().describe('Stable and machine-readable, for example TARGET_TOO_WIDE'),
  errors: z
    .array(z.object({ path: text, message: text }))
    .exactOptional()
    .describe('Invalid fields of path, query or body'),
})
export type Problem = z.infer<typeof problemSchema>
