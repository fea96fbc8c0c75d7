/** GET /api/setup: what a person does once after the installation. */

import { z } from 'zod'
import { timeMs } from './values.js'

export const setupSchema = z.object({
  firstScanMs: timeMs.nullable().describe('End of the first complete scan of a network; null: none yet'),
  firstDrillMs: timeMs.nullable().describe('When the first fire drill was asked for; null: none yet'),
})
export type SetupResponse = z.infer<typeof setupSchema>
