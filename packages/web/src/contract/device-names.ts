/** GET /api/devices/:id/names: what a device is called, by whom, in which order, and what it was called before. */

import { z } from 'zod'
import { text, timeMs } from './values.js'

/** Whose name is shown: what a device says of itself comes before what others say of its address. */
export const NAME_ORDER = ['dhcp', 'mdns', 'nbns', 'lldp', 'cdp', 'dns'] as const

const source = z
  .enum(['person', ...NAME_ORDER, 'rdns'])
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
