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

/** Several of them, with spaces or commas between; null when one is none, or there is none. */
export function parseTargets(text: string): string[] | null {
  const targets = text.split(/[\s,]+/).filter((part) => part !== '')
  const parsed = targets.map(parseTarget).filter((target) => target !== null)
  return parsed.length === targets.length && parsed.length > 0 ? [...new Set(parsed)] : null
}
