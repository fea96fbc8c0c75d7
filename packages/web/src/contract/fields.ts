/** What requests are made of: addresses, pages, orders, times, checked and brought into canonical form. */

import { isMulticastIp, isUnspecifiedIp } from '@netwatcher/shared'
import { z } from 'zod'
import { says } from './says.js'
import { parseTarget, plainIp, readMac } from './target.js'

const MAX_PAGE_SIZE = 500
/** Beyond this an offset costs more than it tells. */
const MAX_PAGE = 100_000

export const ip = z
  .string()
  .max(45)
  .transform((text, context) => {
    const parsed = plainIp(text)
    if (parsed !== null) return parsed
    context.addIssue({ code: 'custom', message: says('field_not_ip') })
    return z.NEVER
  })
  .describe('IPv4 in dotted decimal without leading zeros, or IPv6')

/** Where traffic can go to: 0.0.0.0 and :: name nobody. */
export const destinationIp = ip.refine((text) => !isUnspecifiedIp(text), says('field_unspecified_ip'))

export const hostIp = ip.refine(
  (text) => !isUnspecifiedIp(text) && !isMulticastIp(text),
  says('field_not_host_ip'),
)

export const mac = z
  .string()
  .max(17)
  .transform((text, context) => {
    const parsed = readMac(text)
    if (parsed !== null) return parsed
    context.addIssue({ code: 'custom', message: says('field_not_mac') })
    return z.NEVER
  })
  .describe('MAC address, aa:bb:cc:dd:ee:ff; aa-bb-…, aabb.ccdd.eeff and aabbccddeeff are read, too')

/** Address, CIDR or MAC, in canonical text. */
export const blockTarget = z
  .string()
  .max(49)
  .transform((text, context) => {
    const target = parseTarget(text)
    if (target !== null) return target
    context.addIssue({ code: 'custom', message: says('field_not_target') })
    return z.NEVER
  })
  .describe('Address, CIDR or MAC address')

/** A name as the kernel allows it; never an option. */
export const interfaceName = z
  .string()
  .regex(/^(?![-.])[\x21-\x2e\x30-\x7e]{1,15}$/, says('field_not_interface'))
  .describe('Interface name, for example eth0')

/** Of requests that one daemon answers; see takesDaemon in daemons.ts. */
export const daemonQuery = z.strictObject({
  daemon: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, says('field_not_daemon'))
    .optional()
    .describe('Name of the daemon in the settings; needed where there are several'),
})

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/, says('field_not_whole'))
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))

export const queryNumber = wholeNumber
export const timeMs = wholeNumber(0, 8_640_000_000_000_000).describe('Milliseconds since 1970-01-01 UTC')
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
export const listFormat = z
  .enum(['json', 'csv'])
  .default('json')
  .describe('csv: every row that matches as a file, whatever the page')
export const searchText = z.string().min(1).max(100).describe('Text to look for')

/** `sort=-bytes`: a minus is descending. */
export function sort<Key extends string>(keys: readonly Key[], fallback: Key | `-${NoInfer<Key>}`) {
  const choices: string[] = keys.flatMap((key) => [key, `-${key}`])
  return z
    .enum(choices)
    .default(fallback)
    .transform((text) => ({ key: text.replace('-', ''), isDescending: text.startsWith('-') }))
    .describe('Field to order by; with a minus descending')
}

export const paging = {
  page: wholeNumber(1, MAX_PAGE).default(1).describe('Page, counted from 1'),
  pageSize: wholeNumber(1, MAX_PAGE_SIZE).default(50).describe('Entries per page'),
}
