/**
 * SSDP (UPnP Device Architecture 2.0 section 1): the header lines of an
 * announcement, a search or its answer. Where a description of the device lies
 * is read by nobody: it would have to be fetched.
 */

import { readText } from './bytes.js'

export const SSDP_PORT = 1900

const MAX_HEADERS = 32
const MAX_BYTES = 1500
const MAX_VALUE = 160

export interface Ssdp {
  kind: 'notify' | 'search' | 'answer'
  /** What is announced (NT), sought or found (ST). */
  target: string
  usn: string
  server: string
  userAgent: string
  /** Manufacturer's own lines that name the device, for example `hue-bridgeid`. */
  others: string[]
}

const KINDS = [
  ['NOTIFY ', 'notify'],
  ['M-SEARCH ', 'search'],
  ['HTTP/1.', 'answer'],
] as const
/** Lines of vendors that say something of the device. */
const OTHERS = new Set(['hue-bridgeid', 'x-friendly-name', 'x-modelname', 'x-rincon-household', 'ext-model'])

export function decodeSsdp(bytes: Uint8Array, offset: number, end: number): Ssdp | null {
  const lines = splitLines(bytes, offset, Math.min(end, offset + MAX_BYTES))
  const kind = KINDS.find(([start]) => lines[0]?.startsWith(start))?.[1]
  if (kind === undefined) return null
  const ssdp: Ssdp = { kind, target: '', usn: '', server: '', userAgent: '', others: [] }
  for (const line of lines.slice(1)) readHeader(line, ssdp)
  return ssdp
}

function readHeader(line: string, ssdp: Ssdp): void {
  const colon = line.indexOf(':')
  if (colon < 1) return
  const name = line.slice(0, colon).trim().toLowerCase()
  const value = line
    .slice(colon + 1)
    .trim()
    .slice(0, MAX_VALUE)
  if (name === 'nt' || name === 'st') ssdp.target = value
  else if (name === 'usn') ssdp.usn = value
  else if (name === 'server') ssdp.server = value
  else if (name === 'user-agent') ssdp.userAgent = value
  else if (OTHERS.has(name)) ssdp.others.push(`${name}: ${value}`)
}

function splitLines(bytes: Uint8Array, start: number, end: number): string[] {
  const lines: string[] = []
  for (let at = start; at < end && lines.length < MAX_HEADERS; ) {
    const found = bytes.subarray(at, end).indexOf(0x0a)
    const next = found < 0 ? end : at + found
    const isEnded = bytes[next - 1] === 0x0d && next > at
    const line = readText(bytes, at, isEnded ? next - 1 : next)
    if (line === '') break
    lines.push(line)
    at = next + 1
  }
  return lines
}
