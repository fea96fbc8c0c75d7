/** /api/devices: the inventory, what a person notes about a device, which MACs are one, and what changed. */

import { cleanName } from '@netwatcher/shared'
import { z } from 'zod'
import { flag, mac, paging, queryNumber, searchText, sort } from './fields.js'
import { says } from './says.js'
import { bytes, count, ipText, macText, pageOf, siteName, text, timeMs } from './values.js'

export const DEVICE_SORTS = [
  'lastSeen',
  'firstSeen',
  'mac',
  'name',
  'owner',
  'presence',
  'bytes',
  'txBytes',
  'rxBytes',
] as const
export type DeviceSort = (typeof DEVICE_SORTS)[number]

const presence = z.enum(['online', 'idle', 'offline', 'unknown'])
export type Presence = z.infer<typeof presence>

/** `ignored`: nobody wants to see it, and no list or count has it unless asked. */
const trust = z.enum(['new', 'known', 'ignored'])
export type Trust = z.infer<typeof trust>

/** How much silence is ordinary: of something that never sleeps, of most, of what is asleep nearly always. */
const patience = z.enum(['always_on', 'normal', 'sleepy'])
export type Patience = z.infer<typeof patience>

const shown = z.enum(['current', 'ignored', 'archived', 'all'])
export type Shown = z.infer<typeof shown>

const SHORT = 64
export const tag = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,31}$/u, says('field_not_tag'))
const tags = z.array(tag).max(32)

/** Which devices a list has. */
const deviceFilter = {
  q: searchText.optional().describe('Part of a name, an address, the vendor, the owner, a tag or the notes'),
  presence: presence.optional(),
  trust: trust.optional(),
  owner: z.string().min(1).max(SHORT).optional(),
  tag: tag.optional(),
}

export const devicesQuery = z.strictObject({
  ...paging,
  ...deviceFilter,
  favorite: flag.optional(),
  gateway: flag.optional().describe('Routers of this network, as far as is known'),
  alerting: flag.optional().describe('Those that an alert names that goes on'),
  shown: shown.default('current').describe('current: those that are neither ignored nor archived'),
  sort: sort(DEVICE_SORTS, '-lastSeen'),
  format: z
    .enum(['json', 'csv', 'ndjson'])
    .default('json')
    .describe('csv, ndjson (one JSON object a line): every row that matches as a file, whatever the page'),
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
    context.addIssue({ code: 'custom', message: says('field_no_name') })
    return z.NEVER
  })

/** A word such as `printer`: for a type, and for the icon that stands for it. */
const word = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, says('field_not_word'))

const patch = {
  name: givenName.nullable().exactOptional(),
  notes: z.string().max(2_000).exactOptional(),
  owner: z.string().max(SHORT).exactOptional().describe('Whose it is; empty when nobody said'),
  type: word
    .nullable()
    .exactOptional()
    .describe('What it is, for example printer; null: as the network tells'),
  icon: word.nullable().exactOptional(),
  tags: tags.exactOptional().describe('All of them'),
  isFavorite: z.boolean().exactOptional(),
  isArchived: z.boolean().exactOptional().describe('Kept, but in no list unless asked'),
  trust: trust.exactOptional(),
  patience: patience.exactOptional(),
}

/** Any of them. */
export const devicePatchBody = z.strictObject(patch)
export type DevicePatch = z.infer<typeof devicePatchBody>

const deviceId = z.number().int().min(1)
const MAX_SELECTED = 5_000

/** What is done to many devices: those with the ids, or all of a list. */
export const bulkBody = z
  .strictObject({
    ids: z.array(deviceId).min(1).max(MAX_SELECTED).exactOptional(),
    filter: z
      .strictObject({ ...deviceFilter, shown: shown.default('current'), isFavorite: z.boolean().optional() })
      .exactOptional()
      .describe('As of the list'),
    set: z.strictObject({ ...patch, name: z.undefined().optional() }).exactOptional(),
    addTags: tags.exactOptional(),
    removeTags: tags.exactOptional(),
    forget: z
      .literal(true)
      .exactOptional()
      .describe('Deletes them with their traffic, names, presence, alerts and history'),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), says('field_ids_or_filter'))
  .refine(
    ({ set, addTags, removeTags, forget }) => forget === undefined || !(set || addTags || removeTags),
    says('field_forgotten'),
  )
export type BulkBody = z.infer<typeof bulkBody>
export const bulkSchema = z.object({ devices: count.describe('How many it was done to') })

/** The devices that are one with that of the path. */
export const mergeBody = z.strictObject({ ids: z.array(deviceId).min(1).max(32) })
export const splitBody = z.strictObject({ macs: z.array(mac).min(1).max(32) })
/** A device that is another one, although they look alike. */
export const differentBody = z.strictObject({ id: deviceId })

export const changesQuery = z.strictObject(paging)
const changeSource = z.enum(['person', 'network', 'import'])
export type ChangeSource = z.infer<typeof changeSource>
export const changesSchema = z.object({
  ...pageOf,
  changes: z
    .array(
      z.object({
        atMs: timeMs,
        field: text.describe('name, tags, trust, address, hostname_dhcp, macs and the like'),
        before: text,
        after: text,
        source: changeSource.describe('Who said so'),
      }),
    )
    .describe('Newest first'),
})
export type ChangesResponse = z.infer<typeof changesSchema>

export const suggestionsSchema = z.object({
  suggestions: z
    .array(
      z.object({
        id: count,
        mac: macText,
        earlierId: count,
        earlierMac: macText,
        confidence: z.number().min(0).max(1).describe('How sure it is, 0 to 1'),
        reasons: z.array(text),
      }),
    )
    .describe('Pairs that are probably one device with a new MAC, the surest first'),
})

export const wakeSchema = z.object({
  frames: count.describe('Sent by the sensors of its site, for all of its MACs'),
})

export const tagsSchema = z.object({ tags: z.array(z.object({ tag: text, devices: count })) })

export const deviceSchema = z.object({
  id: count.describe('Stays when an address or a MAC changes'),
  mac: macText,
  vendor: text.nullable().describe('By the first octets of the MAC (IEEE registry)'),
  name: text.nullable().describe('Given by the person'),
  hostname: text.nullable().describe('Best name seen on the network'),
  hostnameSource: z.enum(['dhcp', 'mdns', 'nbns', 'lldp', 'cdp', 'dns', 'rdns']).nullable(),
  notes: text,
  owner: text.describe('Whose it is; empty when nobody said'),
  type: text.nullable().describe('What it is, given by the person'),
  icon: text.nullable(),
  tags: z.array(text),
  isFavorite: z.boolean(),
  trust,
  patience: patience.describe('How much silence is ordinary for it'),
  archivedMs: timeMs.nullable().describe('Since when it is archived; null when it is not'),
  isSelf: z.boolean(),
  isGateway: z.boolean(),
  isRandomized: z.boolean().describe('U/L bit set: a randomised or virtual MAC'),
  presence,
  evidence: text.describe('Of the latest sighting: it and its age tell how sure the presence is'),
  addresses: z
    .array(
      z.object({
        ip: ipText,
        isDisputed: z
          .boolean()
          .describe('Others claim it too, and nobody is believed: it is not called its own'),
        firstSeenMs: timeMs,
        lastSeenMs: timeMs,
      }),
    )
    .describe('The latest 16, IPv4 first'),
  macs: z
    .array(z.object({ mac: macText, firstSeenMs: timeMs, lastSeenMs: timeMs }))
    .describe('All that are this device; the first is the one that it is shown by'),
  site: siteName.describe('Place that it was seen in, in the settings'),
  interface: text,
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
  txBytes: bytes,
  rxBytes: bytes,
  activeAlerts: count,
  deviceType: text
    .nullable()
    .describe('What it is, for example printer: as a person says, else inferred; null when nothing tells'),
  typeConfidence: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('How sure the type is, 1 when a person has said it; null without one'),
  typeReasons: z
    .array(z.object({ source: text, value: text, weight: z.number().min(0).max(1) }))
    .describe('What the type rests on, the strongest first'),
  model: text.nullable().describe('As the device announces it'),
  os: text.nullable().describe('Operating system, inferred from its services and its DHCP'),
  label: text.nullable().describe('Name, maker and model in a few words; null when none is known'),
  sameAs: z.array(count).describe('Ids of devices that are probably the same machine'),
})
export type Device = z.infer<typeof deviceSchema>

export const devicesSchema = z.object({
  ...pageOf,
  devices: z.array(deviceSchema),
  shortLived: z
    .object({ addresses: count, text: text.describe('Empty when there were none') })
    .describe(
      'Addresses of the last day that were there for a moment, as a flood makes them, and are no devices',
    ),
})
export type DevicesResponse = z.infer<typeof devicesSchema>
