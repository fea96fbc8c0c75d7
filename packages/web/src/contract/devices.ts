/** GET /api/devices, GET and PATCH /api/devices/:id: the inventory, and what a person notes about one. */

import { cleanName } from '@netwatcher/shared'
import { z } from 'zod'
import { flag, listFormat, mac, paging, queryNumber, searchText, sort } from './fields.js'
import { bytes, count, ipText, macText, pageOf, siteName, text, timeMs } from './values.js'

export const DEVICE_SORTS = [
  'lastSeen',
  'firstSeen',
  'mac',
  'name',
  'presence',
  'bytes',
  'txBytes',
  'rxBytes',
] as const
export type DeviceSort = (typeof DEVICE_SORTS)[number]

const presence = z.enum(['online', 'idle', 'offline', 'unknown'])
export type Presence = z.infer<typeof presence>

export const devicesQuery = z.strictObject({
  ...paging,
  sort: sort(DEVICE_SORTS, '-lastSeen'),
  q: searchText.optional().describe('Part of a name, an address, the vendor or the notes'),
  presence: presence.optional(),
  known: flag.optional(),
  ignored: flag.optional(),
  format: listFormat,
})
/** Its id, or as an alias a MAC that points to it. */
const deviceKey = z.union([queryNumber(1, Number.MAX_SAFE_INTEGER), mac])
export type DeviceKey = z.infer<typeof deviceKey>
export const deviceParams = z.strictObject({ id: deviceKey })

const givenName = z
  .string()
  .max(64)
  .transform((typed, context) => {
    const name = cleanName(typed)
    if (name !== null) return name
    context.addIssue({ code: 'custom', message: 'It is empty; use null to remove a name.' })
    return z.NEVER
  })

/** Any of them. */
export const devicePatchBody = z.strictObject({
  name: givenName.nullable().exactOptional(),
  notes: z.string().max(2_000).exactOptional(),
  isKnown: z.boolean().exactOptional(),
  isIgnored: z.boolean().exactOptional(),
})
export type DevicePatch = z.infer<typeof devicePatchBody>

export const deviceSchema = z.object({
  id: count.describe('Stays when an address or a MAC changes'),
  mac: macText,
  vendor: text.nullable().describe('By the first octets of the MAC (IEEE registry)'),
  name: text.nullable().describe('Given by the person'),
  hostname: text.nullable().describe('Best name seen on the network'),
  hostnameSource: z.enum(['dhcp', 'mdns', 'nbns', 'lldp', 'cdp', 'dns', 'rdns']).nullable(),
  notes: text,
  isKnown: z.boolean(),
  isIgnored: z.boolean(),
  isSelf: z.boolean(),
  isGateway: z.boolean(),
  isRandomized: z.boolean().describe('U/L bit set: a randomised or virtual MAC'),
  presence,
  evidence: text.describe('Of the latest sighting: it and its age tell how sure the presence is'),
  addresses: z
    .array(z.object({ ip: ipText, firstSeenMs: timeMs, lastSeenMs: timeMs }))
    .describe('The latest 16, IPv4 first'),
  site: siteName.describe('Place that it was seen in, in the settings'),
  interface: text,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  txBytes: bytes,
  rxBytes: bytes,
  activeAlerts: count,
  deviceType: text.nullable().describe('What it is, for example printer; null when nothing tells'),
  typeConfidence: z.number().min(0).max(1).nullable().describe('How sure the type is; null without one'),
  typeReasons: z
    .array(z.object({ source: text, value: text, weight: z.number().min(0).max(1) }))
    .describe('What the type rests on, the strongest first'),
  model: text.nullable().describe('As the device announces it'),
  os: text.nullable().describe('Operating system, inferred from its services and its DHCP'),
  label: text.nullable().describe('Name, maker and model in a few words; null when none is known'),
  sameAs: z.array(count).describe('Ids of devices that are probably the same machine'),
})
export type Device = z.infer<typeof deviceSchema>

export const devicesSchema = z.object({ ...pageOf, devices: z.array(deviceSchema) })
export type DevicesResponse = z.infer<typeof devicesSchema>
