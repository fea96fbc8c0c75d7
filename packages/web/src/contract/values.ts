/** What answers are made of: counts, times, sizes, addresses as text. */

import { z } from 'zod'

export const text = z.string()
export const count = z.number().int().min(0)
export const timeMs = count.describe('Milliseconds since 1970-01-01 UTC')
export const bytes = count.describe('Bytes')
export const ipText = text.describe('IPv4 in dotted decimal, IPv6 as in RFC 5952')
export const macText = text.describe('MAC address: six lower-case octets joined by colons')

export const daemonName = text.describe('Name of the daemon in the settings')
export const siteName = text.describe('Place of the daemon, in the settings')

/** What a sentence says, for who renders it alone: see packages/shared/src/catalogue. */
export const saidSchema = z.object({
  rule: text.describe('Stable identifier of the sentence; empty when there is nothing to say'),
  params: z.record(text, text).describe('Its figures; the unit is in the name (interval_ms)'),
})

/** What every answer with one page of a list begins with. */
export const pageOf = {
  page: count.describe('Counted from 1'),
  pageSize: count.describe('Most entries that a page has'),
  total: count.describe('Entries of all pages'),
}
const pageSchema = z.object(pageOf)
export type Page = z.infer<typeof pageSchema>

/** A claim that an address is at a MAC. */
export const bindingSchema = z.object({ ip: ipText, mac: macText })

/** A table of fixed capacity: overflow is counted and shown. */
export const tableSchema = z.object({
  table: text.describe('Stable identifier, for example bindings'),
  entries: count,
  capacity: count,
  evicted: count.describe('Entries that gave way to newer ones'),
  refused: count.describe('Newcomers that found no place'),
})
