/**
 * DNS messages (RFC 1035), which mDNS (RFC 6762), LLMNR (RFC 4795) and the
 * NetBIOS name service (RFC 1002) share. Names are bounded and compression
 * pointers may only point backwards, so that decoding always ends.
 */

import { formatIpv4, formatIpv6 } from '@netwatcher/shared'
import { readText, readU8, readU16, readU32 } from './bytes.js'

export const DNS_A = 1
export const DNS_CNAME = 5
export const DNS_PTR = 12
export const DNS_HINFO = 13
export const DNS_TXT = 16
export const DNS_AAAA = 28
export const DNS_NETBIOS = 32
export const DNS_SRV = 33

/** RFC 1002 section 4.2.1.3: the bit G of the NB flags. */
const NETBIOS_GROUP = 0x80
/** Enough for every name answer; a message may claim 65535. */
const MAX_RECORDS = 64
/** RFC 1035 section 2.3.4: octets of a name. */
const MAX_NAME_LENGTH = 255
/** Strings of one TXT record that are read, and how much of each: an octet counts its length (RFC 1035 section 3.3). */
const MAX_STRINGS = 32
/** A name has at most 127 labels, so no honest name needs more jumps. */
const MAX_JUMPS = 127

const UTF8 = new TextDecoder()
/** Control, format and line-separating characters. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

export interface DnsQuestion {
  name: string
  type: number
}

export interface DnsRecord {
  name: string
  type: number
  ttlSeconds: number
  /** Address of A, AAAA and of a host's NB, name of CNAME, PTR and SRV, strings of TXT and HINFO, one a line; else empty. */
  data: string
}

export interface DnsMessage {
  id: number
  isResponse: boolean
  opcode: number
  responseCode: number
  questions: DnsQuestion[]
  /** Answers first, then the additional records; authority records are left out. */
  answers: DnsRecord[]
}

interface Cursor {
  readonly bytes: Uint8Array
  /** Start of the message: pointers count from here. */
  readonly start: number
  readonly end: number
  at: number
}

/** Decodes the payload of UDP, or of TCP without its length prefix. Null when it contradicts itself. */
export function decodeDns(bytes: Uint8Array, offset: number, end: number): DnsMessage | null {
  if (end - offset < 12) return null
  const flags = readU16(bytes, offset + 2)
  const count = (index: number) => readU16(bytes, offset + 4 + 2 * index)
  const cursor: Cursor = { bytes, start: offset, end, at: offset + 12 }
  const message: DnsMessage = {
    id: readU16(bytes, offset),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0x0f,
    responseCode: flags & 0x0f,
    questions: [],
    answers: [],
  }
  for (let i = 0; i < count(0); i++) {
    const name = i < MAX_RECORDS ? readName(cursor) : null
    if (name === null || cursor.at + 4 > end) return null
    message.questions.push({ name, type: readU16(bytes, cursor.at) })
    cursor.at += 4
  }
  readRecords(cursor, count(1), message.answers)
  readRecords(cursor, count(2), null)
  readRecords(cursor, count(3), message.answers)
  return message
}

/** Reads records into `into` as far as they make sense: what came before a bad one still holds. */
function readRecords(cursor: Cursor, count: number, into: DnsRecord[] | null): void {
  for (let i = 0; i < Math.min(count, MAX_RECORDS); i++) {
    const record = readRecord(cursor)
    if (record === null) {
      cursor.at = cursor.end
      return
    }
    if (into && into.length < MAX_RECORDS) into.push(record)
  }
}

function readRecord(cursor: Cursor): DnsRecord | null {
  const { bytes, end } = cursor
  const name = readName(cursor)
  if (name === null || cursor.at + 10 > end) return null
  const type = readU16(bytes, cursor.at)
  const ttlSeconds = readU32(bytes, cursor.at + 4)
  const length = readU16(bytes, cursor.at + 8)
  const at = cursor.at + 10
  if (at + length > end) return null
  cursor.at = at + length
  return { name, type, ttlSeconds, data: readData(cursor, type, at, length) }
}

function readData(cursor: Cursor, type: number, at: number, length: number): string {
  const nameAt = (offset: number) => readName({ ...cursor, at: offset, end: at + length }) ?? ''
  if (type === DNS_A && length === 4) return formatIpv4(cursor.bytes, at)
  if (type === DNS_AAAA && length === 16) return formatIpv6(cursor.bytes, at)
  if (type === DNS_CNAME || type === DNS_PTR) return nameAt(at)
  if (type === DNS_SRV && length > 6) return nameAt(at + 6)
  if (type === DNS_TXT || type === DNS_HINFO) return readStrings(cursor.bytes, at, at + length)
  // RFC 1002 section 4.2.2: flags, then the address. A group's name is no host's.
  if (type === DNS_NETBIOS && length >= 6)
    return (readU8(cursor.bytes, at) & NETBIOS_GROUP) !== 0 ? '' : formatIpv4(cursor.bytes, at + 2)
  return ''
}

/** Without line breaks in them, since what cannot be shown is replaced. */
function readStrings(bytes: Uint8Array, start: number, end: number): string {
  const strings: string[] = []
  for (let at = start; at < end && strings.length < MAX_STRINGS; ) {
    const next = at + 1 + readU8(bytes, at)
    if (next > end) break
    if (next > at + 1) strings.push(readText(bytes, at + 1, next))
    at = next
  }
  return strings.join('\n')
}

/** Reads the name at the cursor and moves it behind; null when it is malformed. Without the final dot. */
function readName(cursor: Cursor): string | null {
  const { bytes, start, end } = cursor
  let text = ''
  let at = cursor.at
  let jumps = 0
  for (;;) {
    if (at >= end) return null
    const size = readU8(bytes, at)
    if (size >= 0xc0) {
      const target = start + (readU16(bytes, at) & 0x3fff)
      // Only backwards, as RFC 1035 section 4.1.4 has it ("a prior occurrence"), which also ends every loop.
      if (at + 2 > end || target >= at || ++jumps > MAX_JUMPS) return null
      if (jumps === 1) cursor.at = at + 2
      at = target
      continue
    }
    if (size > 63 || at + 1 + size > end) return null
    if (size === 0) {
      if (jumps === 0) cursor.at = at + 1
      return text
    }
    if (text.length + size + 1 > MAX_NAME_LENGTH) return null
    text += (text === '' ? '' : '.') + readLabel(bytes, at + 1, size)
    at += 1 + size
  }
}

/**
 * A label as UTF-8, everything unprintable replaced: names are shown to people.
 * Dots and backslashes inside it are escaped (RFC 6763 section 4.3).
 */
function readLabel(bytes: Uint8Array, at: number, size: number): string {
  return UTF8.decode(bytes.subarray(at, at + size))
    .replace(UNPRINTABLE, '?')
    .replace(/[.\\]/g, '\\$&')
}

/**
 * The text of a NetBIOS name (RFC 1001 section 14.1): 16 bytes, each written as
 * two letters from A; the last one is the kind of name. Null when it is none.
 */
export function decodeNetbiosName(label: string): { name: string; suffix: number } | null {
  const encoded = label.split('.')[0] ?? ''
  if (!/^[A-P]{32}$/.test(encoded)) return null
  const codes = Array.from(
    { length: 16 },
    (_, i) => (encoded.charCodeAt(2 * i) - 65) * 16 + encoded.charCodeAt(2 * i + 1) - 65,
  )
  const text = String.fromCharCode(...codes.slice(0, 15)).replace(/[^\x20-\x7e]/g, '?')
  return { name: text.trimEnd(), suffix: codes[15] ?? 0 }
}
