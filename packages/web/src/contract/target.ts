/**
 * What a block is about, and what a person types to confirm it. Free of zod:
 * the page uses it, too.
 */

import { parseCidr, parseIp, parseMac } from '@netwatcher/shared'

export type Target = { cidr: string } | { mac: string }

const isMapped = (ip: string) =>
  /^::(ffff:)?\d+\.\d+\.\d+\.\d+$|^::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/i.test(ip)

/** Canonical text; null for anything else. IPv4 in IPv6 clothes is refused: readers disagree on what it means. */
export function plainIp(text: string): string | null {
  const parsed = isMapped(text) ? null : parseIp(text)
  return parsed === null || isMapped(parsed) ? null : parsed
}

/** As people write it, also `aabb.ccdd.eeff` and `aabbccddeeff`, to canonical text; null when it is not a MAC. */
export function readMac(text: string): string | null {
  const isDigits = /^(?:[0-9a-f]{12}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i.test(text)
  return parseMac(isDigits ? (text.replaceAll('.', '').match(/../g) ?? []).join(':') : text)
}

/** Address, prefix or MAC in any notation, as canonical text; null when it is none of them. */
export function parseTarget(text: string): Target | null {
  const mac = readMac(text)
  if (mac) return { mac }
  const [address = '', prefix] = text.split('/')
  const canonical = plainIp(address)
  if (canonical === null || !parseCidr(text)) return null
  return { cidr: prefix === undefined ? canonical : `${canonical}/${prefix}` }
}

/** Several of them, with spaces or commas between, each once; null when one is none, or there is none. */
export function parseTargets(text: string): string[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  const targets = parts.map(parseTarget).filter((target) => target !== null)
  const isSound = targets.length === parts.length && targets.length > 0
  return isSound ? [...new Set(targets.map(targetText))] : null
}

export function targetText(target: Target): string {
  return 'mac' in target ? target.mac : target.cidr
}

/** Whether what was typed is one of the targets in any notation, or one of the names. */
export function isConfirmation(typed: string, targets: readonly string[], names: readonly string[]): boolean {
  const trimmed = typed.trim()
  const target = parseTarget(trimmed)
  if (target !== null) return targets.includes(targetText(target))
  return names.some((name) => folded(name) === folded(trimmed))
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
