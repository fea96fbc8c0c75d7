/**
 * Checks of what a sensor says, before the daemon believes it. A sensor reads
 * hostile packets and may have been taken over by one, so every field is held
 * against its range: addresses in their one canonical spelling, kinds from the
 * list, bounded lengths, text without control characters. A report that fails
 * condemns the sensor that sent it.
 */

import { formatCidr, parseCidr, parseIp, parseMac } from '@netwatcher/shared'

/** Rows, hosts or names in one report; a sensor sends more than this in several. */
export const MAX_REPORT_ENTRIES = 5000
export const MAX_TIME_MS = 8_640_000_000_000_000

/** IEEE 802.1Q: 4095 is reserved. */
export const MAX_VLAN = 4094

const MAX_TEXT_LENGTH = 1000
const MAX_UINT32 = 0xffff_ffff
const MAX_COUNTER = 2 ** 48

export class ReportError extends Error {}

export function fail(what: string): never {
  throw new ReportError(`${what} is not allowed`)
}

export function required<T>(value: T | undefined, what: string): T {
  return value ?? fail(`missing ${what}`)
}

export function limited<T>(values: T[], max: number, what: string): T[] {
  return values.length <= max ? values : fail(`${values.length} ${what}`)
}

export function oneOf<T extends string>(known: readonly T[], value: string, what: string): T {
  return known.find((one) => one === value) ?? fail(what)
}

export function checkIp(ip: string): string {
  return parseIp(ip) === ip ? ip : fail('IP address')
}

export function checkMac(mac: string): string {
  return parseMac(mac) === mac ? mac : fail('MAC address')
}

export function checkCidr(text: string): string {
  const cidr = parseCidr(text)
  return cidr && formatCidr(cidr) === text ? text : fail('prefix')
}

export function optional(text: string, check: (text: string) => string): string {
  return text === '' ? '' : check(text)
}

export function checkNumber(value: bigint | number, max = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value)
  return number >= 0 && number <= max ? number : fail('number')
}

/** What becomes a 32-bit field of a message again. */
export function checkCount(value: bigint | number): number {
  return checkNumber(value, MAX_UINT32)
}

/** A counter that only grows: no machine of ours gets to 2^48 frames or bytes in a sensor's life. */
export function checkCounter(value: bigint | number): number {
  return checkNumber(value, MAX_COUNTER)
}

/** The form of the rules of reasons and texts, of the names of their figures, and of tables. */
export function checkRule(rule: string): string {
  return /^[a-z0-9_]{1,64}$/.test(rule) ? rule : fail('rule name')
}

/** Text is shown to people: control characters go, and what is too long is cut. */
export function cleanText(text: string): string {
  // Control, format (bidirectional overrides among them) and unpaired surrogates.
  return text.slice(0, MAX_TEXT_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd')
}
