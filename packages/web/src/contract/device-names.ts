/** GET /api/devices/:id/names: what a device is called, by whom, in which order, and what it was called before. */

import { DEVICE_NAME_SOURCES } from '@netwatcher/shared'
import { z } from 'zod'
import { text, timeMs } from './values.js'

const source = z
  .enum(['person', ...DEVICE_NAME_SOURCES, 'rdns'])
  .describe('Who says it; rdns: reverse DNS of its address')
export type DeviceNameSource = z.infer<typeof source>

export const deviceNamesSchema = z.object({
  isLocked: z
    .boolean()
    .describe('A person has given the name: nothing from the network changes what is shown'),
  names: z
    .array(z.object({ source, name: text, seenMs: timeMs.nullable(), isShown: z.boolean() }))
    .describe(
      'The first one is shown. The order is fixed: what it says of itself before what others say of it',
    ),
  former: z.array(z.object({ source, name: text, untilMs: timeMs })).describe('Newest first'),
})
export type DeviceNamesResponse = z.infer<typeof deviceNamesSchema>
