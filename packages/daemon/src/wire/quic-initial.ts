/**
 * The first packets of a QUIC client (RFC 9000 section 17.2.2, RFC 9369 for version 2), which carry its TLS hello.
 * They are encrypted by keys that follow from what stands in them in clear (RFC 9001 section 5.2): whoever is on
 * the way can read them, and that is all that the encryption is meant to allow.
 */

import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { QUIC_VERSION_1, QUIC_VERSION_2 } from '../capture/control-filter.js'
import { readU8, readU32 } from './bytes.js'

/** A piece of the hello: CRYPTO frame (RFC 9000 section 19.6). */
export interface CryptoPiece {
  offset: number
  data: Uint8Array
}

export interface QuicInitial {
  /** Of the packet, in hexadecimal digits: the same in all packets that one hello is spread over. */
  connectionId: string
  pieces: CryptoPiece[]
}

interface Version {
  salt: Uint8Array
  /** Bits of the first byte that say Initial. */
  type: number
  labels: { key: string; iv: string; headerProtection: string }
}

const VERSIONS = new Map<number, Version>([
  [
    QUIC_VERSION_1,
    {
      salt: fromHex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'),
      type: 0x00,
      labels: { key: 'quic key', iv: 'quic iv', headerProtection: 'quic hp' },
    },
  ],
  [
    QUIC_VERSION_2,
    {
      salt: fromHex('0dede3def700a6db819381be6e269dcbf9bd2ed9'),
      type: 0x10,
      labels: { key: 'quicv2 key', iv: 'quicv2 iv', headerProtection: 'quicv2 hp' },
    },
  ],
])

const LONG_FORM = 0xc0
const FORM_BITS = 0xc0
const TYPE_BITS = 0x30
const MAX_CONNECTION_ID = 20
const SAMPLE = 16
const TAG = 16
const MAX_PIECES = 64

const PADDING = 0
const PING = 1
const ACK = 2
const ACK_ECN = 3
const CRYPTO = 6

/**
 * Of the UDP payload from `start`. Null for all that is no Initial of a client, also for its later ones, whose
 * keys follow from the first.
 */
export function decodeQuicInitial(bytes: Uint8Array, start: number, end: number): QuicInitial | null {
  const first = readU8(bytes, start)
  const version = VERSIONS.get(readU32(bytes, start + 1))
  if (version === undefined || (first & FORM_BITS) !== LONG_FORM || (first & TYPE_BITS) !== version.type)
    return null
  const header = readHeader(bytes, start, end)
  if (header === null) return null
  const plain = decrypt(bytes, start, header, version)
  if (plain === null) return null
  return { connectionId: toHex(header.connectionId), pieces: readFrames(plain) }
}

interface Header {
  connectionId: Uint8Array
  /** Where the packet number begins, and where the packet ends. */
  numberAt: number
  end: number
}

function readHeader(bytes: Uint8Array, start: number, end: number): Header | null {
  const idLength = readU8(bytes, start + 5)
  const sourceAt = start + 6 + idLength
  const sourceLength = readU8(bytes, sourceAt)
  if (idLength > MAX_CONNECTION_ID || sourceLength > MAX_CONNECTION_ID || sourceAt >= end) return null
  const tokenLength = readVarint(bytes, sourceAt + 1 + sourceLength, end)
  if (tokenLength === null) return null
  const length = readVarint(bytes, tokenLength.next + tokenLength.value, end)
  if (length === null) return null
  const packetEnd = length.next + length.value
  if (packetEnd > end || length.value < 4 + SAMPLE) return null
  return {
    connectionId: bytes.subarray(start + 6, start + 6 + idLength),
    numberAt: length.next,
    end: packetEnd,
  }
}

/** RFC 9001 sections 5.3 and 5.4. */
function decrypt(bytes: Uint8Array, start: number, header: Header, version: Version): Uint8Array | null {
  const { numberAt, end, connectionId } = header
  const initial = createHmac('sha256', version.salt).update(connectionId).digest()
  const secret = expandLabel(initial, 'client in', 32)
  const key = expandLabel(secret, version.labels.key, 16)
  const iv = expandLabel(secret, version.labels.iv, 12)
  const protection = createCipheriv(
    'aes-128-ecb',
    expandLabel(secret, version.labels.headerProtection, 16),
    null,
  )
  const mask = protection.update(bytes.subarray(numberAt + 4, numberAt + 4 + SAMPLE))
  const first = readU8(bytes, start) ^ (readU8(mask, 0) & 0x0f)
  const numberLength = (first & 3) + 1
  const aad = bytes.slice(start, numberAt + numberLength)
  aad[0] = first
  for (let i = 0; i < numberLength; i++) {
    const at = numberAt - start + i
    aad[at] = readU8(aad, at) ^ readU8(mask, 1 + i)
    const nonceAt = 12 - numberLength + i
    iv[nonceAt] = readU8(iv, nonceAt) ^ readU8(aad, at)
  }
  const cipher = createDecipheriv('aes-128-gcm', key, iv)
  cipher.setAAD(aad)
  cipher.setAuthTag(bytes.subarray(end - TAG, end))
  const plain = cipher.update(bytes.subarray(numberAt + numberLength, end - TAG))
  try {
    cipher.final()
    return plain
  } catch {
    return null
  }
}

/** HKDF-Expand-Label of RFC 8446 section 7.1 without context, of at most 32 bytes: a single block. */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const full = new TextEncoder().encode(`tls13 ${label}`)
  const info = new Uint8Array(full.length + 5)
  info.set([0, length, full.length])
  info.set(full, 3)
  info[full.length + 4] = 1
  return new Uint8Array(createHmac('sha256', secret).update(info).digest().subarray(0, length))
}

/** Up to the first frame that a client's first packets do not have. */
function readFrames(plain: Uint8Array): CryptoPiece[] {
  const pieces: CryptoPiece[] = []
  for (let at = 0; at < plain.length && pieces.length < MAX_PIECES; ) {
    const type = readU8(plain, at++)
    if (type === PADDING || type === PING) continue
    if (type === CRYPTO) {
      const offset = readVarint(plain, at, plain.length)
      const length = offset && readVarint(plain, offset.next, plain.length)
      if (!offset || !length || length.next + length.value > plain.length) return pieces
      at = length.next + length.value
      pieces.push({ offset: offset.value, data: plain.subarray(length.next, at) })
    } else if (type === ACK || type === ACK_ECN) {
      const next = skipAck(plain, at, type === ACK_ECN)
      if (next === null) return pieces
      at = next
    } else return pieces
  }
  return pieces
}

/** RFC 9000 section 19.3: largest, delay, count of ranges, the first one; two for each range; three counts of ECN. */
function skipAck(plain: Uint8Array, start: number, hasCounts: boolean): number | null {
  let at = start
  let left = 4
  for (let i = 0; i < left; i++) {
    const field = readVarint(plain, at, plain.length)
    if (field === null) return null
    at = field.next
    if (i === 2) left += 2 * Math.min(field.value, plain.length) + (hasCounts ? 3 : 0)
  }
  return at
}

/** RFC 9000 section 16; null behind `end`, and for what is more than any packet holds. */
function readVarint(bytes: Uint8Array, at: number, end: number): { value: number; next: number } | null {
  const size = 1 << (readU8(bytes, at) >> 6)
  if (at + size > end) return null
  let value = readU8(bytes, at) & 0x3f
  for (let i = 1; i < size; i++) value = value * 256 + readU8(bytes, at + i)
  return value <= 0xffff ? { value, next: at + size } : null
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
