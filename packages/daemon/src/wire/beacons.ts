/**
 * Short broadcasts by which devices of one maker find each other, as far as
 * they say what the sender is: Ubiquiti discovery (as Wireshark and nDPI read it),
 * TiVoConnect beacons (TiVo's published specification), WS-Discovery (OASIS, 2009),
 * Plex GDM and Tuya, of which only the port and the first bytes are known.
 */

import { readAscii, readU8, readU16, readU32 } from './bytes.js'
import { readLine } from './tlv-text.js'

export interface Beacon {
  protocol: 'ubiquiti' | 'tivo' | 'ws-discovery' | 'plex' | 'tuya'
  /** What it says, `key=value` each. */
  facts: string[]
}

type Decode = (bytes: Uint8Array, offset: number, end: number) => string[] | null

const BEACONS = new Map<number, readonly [Beacon['protocol'], Decode]>([
  [10001, ['ubiquiti', readUbiquiti]],
  [2190, ['tivo', readTivo]],
  [3702, ['ws-discovery', readWsDiscovery]],
  [32412, ['plex', readPlex]],
  [32414, ['plex', readPlex]],
  [6666, ['tuya', readTuya]],
  [6667, ['tuya', readTuya]],
])

/** Ports at which they are sent. */
export const BEACON_PORTS: readonly number[] = [...BEACONS.keys()]

export function decodeBeacon(
  bytes: Uint8Array,
  offset: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): Beacon | null {
  const [protocol, decode] = BEACONS.get(destinationPort) ?? BEACONS.get(sourcePort) ?? []
  if (protocol === undefined || decode === undefined) return null
  const facts = decode(bytes, offset, end)
  return facts && { protocol, facts }
}

const UBIQUITI_FIELDS = new Map([
  [0x03, 'firmware'],
  [0x0b, 'hostname'],
  [0x0c, 'platform'],
  [0x14, 'model'],
  [0x15, 'model'],
])

/** A version, a command and a length, then fields of type and length. */
function readUbiquiti(bytes: Uint8Array, offset: number, end: number): string[] | null {
  const version = readU8(bytes, offset)
  const length = readU16(bytes, offset + 2)
  // A question has no fields.
  if (end - offset < 5 || (version !== 1 && version !== 2) || length === 0) return null
  const facts: string[] = []
  for (let at = offset + 4; at + 3 <= end && facts.length < 8; ) {
    const next = at + 3 + readU16(bytes, at + 1)
    if (next > end) break
    const key = UBIQUITI_FIELDS.get(readU8(bytes, at))
    const value = key === undefined ? '' : readLine(bytes, at + 3, next)
    if (value !== '') facts.push(`${key}=${value}`)
    at = next
  }
  return facts
}

const TIVO_KEYS = new Set(['platform', 'machine', 'services'])

function readTivo(bytes: Uint8Array, offset: number, end: number): string[] | null {
  const text = readLines(bytes, offset, end)
  if (!text.some((line) => /^TiVoConnect=1$/i.test(line))) return null
  return text.filter((line) => TIVO_KEYS.has(line.slice(0, Math.max(0, line.indexOf('='))).toLowerCase()))
}

/** What the answer or the announcement calls the sender: its types, and of ONVIF its scopes. */
function readWsDiscovery(bytes: Uint8Array, offset: number, end: number): string[] | null {
  const text = readAscii(bytes, offset, Math.min(end, offset + 2048))
  if (!/<[^<>]{0,20}(?:Hello|ProbeMatches|ResolveMatches)[\s>]/.test(text)) return null
  const types = /<[^<>/]{0,20}Types[^<>]{0,200}>([^<]{1,300})</.exec(text)?.[1] ?? ''
  const scopes = /<[^<>/]{0,20}Scopes[^<>]{0,200}>([^<]{1,1000})</.exec(text)?.[1] ?? ''
  const named = scopes
    .split(/\s+/)
    .map((scope) => /^onvif:\/\/www\.onvif\.org\/(name|hardware)\/([\w.%-]{1,60})$/i.exec(scope))
  return [
    ...types
      .split(/\s+/)
      .filter(Boolean)
      .slice(0, 4)
      .map((type) => `type=${type.slice(0, 60)}`),
    ...named.flatMap((match) => (match ? [`${match[1]}=${match[2]}`] : [])),
  ]
}

/** GDM is like SSDP: a search by a player or server, or what a server says of itself. */
function readPlex(bytes: Uint8Array, offset: number, end: number): string[] | null {
  const lines = readLines(bytes, offset, end)
  const first = lines[0] ?? ''
  if (/^M-SEARCH /.test(first)) return ['asks=1']
  if (!/^(?:HTTP\/1|HELLO)/.test(first)) return null
  const named = lines.flatMap((line) => {
    const match = /^(Name|Product|Content-Type): *(.{1,80})$/i.exec(line)
    return match ? [`${(match[1] ?? '').toLowerCase()}=${match[2]}`] : []
  })
  return named
}

/** The rest is encrypted with a key that all have; it is left alone. */
function readTuya(bytes: Uint8Array, offset: number, end: number): string[] | null {
  const prefix = end - offset >= 16 ? readU32(bytes, offset) : 0
  return prefix === 0x000055aa || prefix === 0x00006699 ? [] : null
}

function readLines(bytes: Uint8Array, offset: number, end: number): string[] {
  const text = String.fromCharCode(...bytes.subarray(offset, Math.min(end, offset + 1024)))
  return text
    .split(/\r?\n/, 24)
    .map((line) => line.replace(/[^\x20-\x7e]/g, '?').trim())
    .filter(Boolean)
}
