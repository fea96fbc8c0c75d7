/** What a person may ask to block, checked before the daemon is asked; the daemon checks for itself. */

import { parseCidr, parseIp, parseMac } from '@netwatcher/shared'

/** Canonical text of an address, a prefix or a MAC; null when it is none. */
export function parseTarget(text: string): string | null {
  const trimmed = text.trim()
  const mac = parseMac(trimmed)
  if (mac) return mac
  if (!trimmed.includes('/')) return parseIp(trimmed)
  return parseCidr(trimmed) ? trimmed : null
}
