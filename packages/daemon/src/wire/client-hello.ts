/**
 * The first message of a TLS client (RFC 8446 section 4.1.2), of which the name that it asks for is
 * wanted: server_name (RFC 6066 section 3). A hello that goes on in another segment is read as far as it is there.
 */

import { readU8, readU16 } from './bytes.js'

export interface ClientHello {
  /** Lower case; null when there is none, or none as far as it was captured. */
  serverName: string | null
  /** Offers an encrypted hello (RFC 9849), so that the name may be that of a cover. Browsers pretend to, too. */
  isVeiled: boolean
  /** All extensions were there to be read. */
  isWhole: boolean
}

const RECORD_HEADER = 5
const HANDSHAKE_HEADER = 4
const HANDSHAKE = 0x16
const CLIENT_HELLO = 1
/** Version and random. */
const FIXED = 34
const SERVER_NAME = 0
const HOST_NAME = 0
const ENCRYPTED_CLIENT_HELLO = 0xfe0d
const MAX_NAME = 253
/** RFC 1035 section 2.3.4; an underscore is met in practice. */
const HOST = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/
const IPV4 = /^[\d.]+$/

/** Of the TCP payload from `start`: a record (RFC 8446 section 5.1) whose handshake message is a hello. Null for others. */
export function decodeHelloRecord(bytes: Uint8Array, start: number, end: number): ClientHello | null {
  const isRecord =
    end - start > RECORD_HEADER && readU8(bytes, start) === HANDSHAKE && readU8(bytes, start + 1) === 3
  if (!isRecord) return null
  const recordEnd = start + RECORD_HEADER + readU16(bytes, start + 3)
  return decodeClientHello(bytes, start + RECORD_HEADER, Math.min(end, recordEnd))
}

/** Of the handshake message at `start`; `end` is where its bytes end for now. */
export function decodeClientHello(bytes: Uint8Array, start: number, end: number): ClientHello | null {
  if (end - start < HANDSHAKE_HEADER || readU8(bytes, start) !== CLIENT_HELLO) return null
  const length = readU8(bytes, start + 1) * 0x10000 + readU16(bytes, start + 2)
  const messageEnd = start + HANDSHAKE_HEADER + length
  const cut = Math.min(end, messageEnd)
  let at = start + HANDSHAKE_HEADER + FIXED
  at += 1 + readU8(bytes, at)
  at += 2 + (at + 2 <= cut ? readU16(bytes, at) : 0)
  at += 1 + (at < cut ? readU8(bytes, at) : 0)
  if (at + 2 > cut) return at + 2 > messageEnd && at !== messageEnd ? null : nameless(end >= messageEnd)
  const extensionsEnd = at + 2 + readU16(bytes, at)
  if (extensionsEnd > messageEnd) return null
  return readExtensions(bytes, at + 2, Math.min(cut, extensionsEnd), extensionsEnd)
}

function nameless(isWhole: boolean): ClientHello {
  return { serverName: null, isVeiled: false, isWhole }
}

/** Null when the length of one is impossible. */
function readExtensions(bytes: Uint8Array, start: number, cut: number, end: number): ClientHello | null {
  const hello = nameless(cut === end)
  for (let at = start; at + 4 <= cut; ) {
    const type = readU16(bytes, at)
    const bodyEnd = at + 4 + readU16(bytes, at + 2)
    if (bodyEnd > end) return null
    if (type === ENCRYPTED_CLIENT_HELLO) hello.isVeiled = true
    if (type === SERVER_NAME && bodyEnd <= cut) hello.serverName = readServerName(bytes, at + 4, bodyEnd)
    at = bodyEnd
  }
  return hello
}

/** The first entry of the list; nobody sends more. Literal addresses are not permitted. */
function readServerName(bytes: Uint8Array, start: number, end: number): string | null {
  const length = readU16(bytes, start + 3)
  const nameEnd = start + 5 + length
  if (readU8(bytes, start + 2) !== HOST_NAME || nameEnd > end || length > MAX_NAME) return null
  const name = String.fromCharCode(...bytes.subarray(start + 5, nameEnd))
  const lower = name.toLowerCase().replace(/\.$/, '')
  return HOST.test(lower) && !IPV4.test(lower) ? lower : null
}
