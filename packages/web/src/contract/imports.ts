/** POST /api/inventory/import and its preview: devices out of the files of other programs. */

import { MIB } from '@netwatcher/shared'
import { z } from 'zod'
import { says } from './says.js'
import { count, ipText, macText, text } from './values.js'

/** Characters. */
const MAX_TEXT = 8_000_000
/** Of base64: 24 MiB of file. */
const MAX_BASE64 = 32 * MIB

const importFormat = z.enum([
  'sqlite',
  'table',
  'dhcpd_leases',
  'dnsmasq_leases',
  'dnsmasq_hosts',
  'ethers',
  'hosts',
])
export type ImportFormat = z.infer<typeof importFormat>

export const importBody = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .max(MAX_TEXT)
      .exactOptional()
      .describe(
        'The file: a CSV of NetAlertX, Pi.Alert, WatchYourLAN, Kea or NetWatcher, leases of dnsmasq, Pi-hole or dhcpd, dhcp-host lines, /etc/ethers or /etc/hosts',
      ),
    sqlite: z
      .base64()
      .min(1)
      .max(MAX_BASE64)
      .exactOptional()
      .describe('Instead, a SQLite database in base64: app.db of NetAlertX, scan.db of WatchYourLAN'),
  })
  .refine(({ text, sqlite }) => (text === undefined) !== (sqlite === undefined), says('field_text_or_sqlite'))
export type ImportBody = z.infer<typeof importBody>

export const previewSchema = z.object({
  format: importFormat.describe('What the file was taken for'),
  read: count.describe('Devices that it names'),
  created: count.describe('Of them, those that would be new'),
  changed: count.describe('Known ones that would be told something new'),
  unmatched: count.describe('Lines with an address that no device has, or that another line repeats'),
  devices: z
    .array(
      z.object({
        line: count,
        mac: macText.nullable(),
        ip: ipText.nullable(),
        action: z
          .enum(['create', 'change', 'same', 'unmatched', 'repeated'])
          .describe('unmatched: no device has its address; repeated: an earlier line is the same device'),
        changes: z.array(z.object({ field: text, before: text, after: text })),
      }),
    )
    .describe('The first 1000, in the order of the file'),
})
export type PreviewResponse = z.infer<typeof previewSchema>

export const importSchema = z.object({ created: count, changed: count })
