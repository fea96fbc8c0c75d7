/**
 * IP addresses as bytes and canonical text: dotted decimal without leading
 * zeros, or RFC 5952 for IPv6. Other spellings that the C library accepts
 * (octal, hexadecimal, `10.1`, zone identifiers) are refused, because tools
 * further down would read them differently.
 */

export type IpFamily = 4 | 6

const IPV4_TEXT = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
const GROUP = /^[0-9a-f]{1,4}$/i

/** Parses IPv4 or IPv6 text to 4 or 16 bytes; null when it is neither. */
export function parseIpBytes(text: string): Uint8Array | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** Parses to canonical text; null when it is not an address. */
export function parseIp(text: string): string | null {
  const bytes = parseIpBytes(text)
  return bytes && formatIp(bytes)
}

function parseIpv4(text: string): Uint8Array | null {
  const match = IPV4_TEXT.exec(text)
  if (!match) return null
  const bytes = Uint8Array.from(match.slice(1), Number)
  return match.slice(1).every((octet) => Number(octet) <= 255) ? bytes : null
}

function parseIpv6(text: string): Uint8Array | null {
  if (text.length > 45) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (!head || !tail) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const bytes = new Uint8Array(16)
  const groups = [...head, ...new Array<number>(Math.max(missing, 0)).fill(0), ...tail]
  groups.forEach((group, i) => {
    bytes[2 * i] = group >> 8
    bytes[2 * i + 1] = group & 0xff
  })
  return bytes
}

/** Groups of one side of `::`; the last may be dotted decimal when `mayEndInIpv4`. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const ipv4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : null
    if (!ipv4) return null
    groups.push(((ipv4[0] ?? 0) << 8) | (ipv4[1] ?? 0), ((ipv4[2] ?? 0) << 8) | (ipv4[3] ?? 0))
  }
  return groups
}

/** Formats 4 or 16 bytes at `offset`. The caller has checked the length. */
export function formatIp(bytes: Uint8Array, offset = 0, length = bytes.length - offset): string {
  return length === 4 ? formatIpv4(bytes, offset) : formatIpv6(bytes, offset)
}

export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  return `${bytes[offset] ?? 0}.${bytes[offset + 1] ?? 0}.${bytes[offset + 2] ?? 0}.${bytes[offset + 3] ?? 0}`
}

/** RFC 5952 section 4: lower case, the longest run of zero groups (at least two) shortened. */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  const groups: number[] = []
  for (let i = 0; i < 8; i++)
    groups.push(((bytes[offset + 2 * i] ?? 0) << 8) | (bytes[offset + 2 * i + 1] ?? 0))
  let bestStart = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > bestLength) {
      bestStart = i
      bestLength = end - i
    }
    i = end === i ? i + 1 : end
  }
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (bestStart < 0) return text(groups)
  return `${text(groups.slice(0, bestStart))}::${text(groups.slice(bestStart + bestLength))}`
}

/** Orders canonical texts: IPv4 before IPv6, then by value. */
export function compareIp(a: string, b: string): number {
  const x = parseIpBytes(a)
  const y = parseIpBytes(b)
  if (!x || !y) return a < b ? -1 : a > b ? 1 : 0
  if (x.length !== y.length) return x.length - y.length
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0)
  return 0
}

/** 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291). */
export function isMulticastIp(ip: string): boolean {
  return ip.includes(':') ? ip.startsWith('ff') && ip.indexOf(':') === 4 : inRange(ip, 224, 239)
}

/** 127.0.0.0/8 or ::1. */
export function isLoopbackIp(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}

/** 0.0.0.0 or ::. */
export function isUnspecifiedIp(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::'
}

/** 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291). */
export function isLinkLocalIp(ip: string): boolean {
  return ip.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(ip)
}

function inRange(ipv4: string, from: number, to: number): boolean {
  const first = Number.parseInt(ipv4, 10)
  return first >= from && first <= to
}
