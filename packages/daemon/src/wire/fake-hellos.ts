/** Hellos of TLS and QUIC clients, for tests and the fuzz run. */

import { createCipheriv, createHmac } from 'node:crypto'
import { concat, hex, u16, u32 } from './fake-frames.js'

const encoder = new TextEncoder()

export interface FakeHello {
  serverName?: string
  isVeiled?: boolean
  /** Length of a key share in front of the name, by which a hello is spread over several packets. */
  keyShare?: number
}

/** A handshake message (RFC 8446 section 4.1.2). */
export function helloMessage({ serverName, isVeiled, keyShare = 32 }: FakeHello): Uint8Array {
  const name = encoder.encode(serverName ?? '')
  const extensions = concat(
    extension(51, new Uint8Array(keyShare)),
    serverName === undefined ? [] : extension(0, concat(u16(name.length + 3), [0], u16(name.length), name)),
    isVeiled ? extension(0xfe0d, new Uint8Array(40)) : [],
  )
  const random = new Uint8Array(32).fill(7)
  const fixed = concat([3, 3], random, [0], u16(4), [0x13, 1, 0x13, 2], [1, 0])
  const body = concat(fixed, u16(extensions.length), extensions)
  return concat([1, 0], u16(body.length), body)
}

function extension(type: number, body: Uint8Array): Uint8Array {
  return concat(u16(type), u16(body.length), body)
}

export function helloRecord(hello: FakeHello): Uint8Array {
  const message = helloMessage(hello)
  return concat([0x16, 3, 1], u16(message.length), message)
}

/** CRYPTO frame (RFC 9000 section 19.6) of a piece of the hello. */
export function cryptoFrame(message: Uint8Array, from: number, to: number): Uint8Array {
  return concat([6], varint(from), varint(to - from), message.subarray(from, to))
}

const SALTS = { 1: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 2: '0dede3def700a6db819381be6e269dcbf9bd2ed9' }

/** An Initial of a client (RFC 9001 section 5) of 1200 bytes: its frames, then padding. */
export function quicInitial(
  connectionId: Uint8Array,
  frames: Uint8Array,
  { version = 1, number = 2 }: { version?: 1 | 2; number?: number } = {},
): Uint8Array {
  const { key, iv, protection } = clientKeys(connectionId, version)
  const [first, field] = version === 1 ? [0xc3, 1] : [0xd3, 0x6b3343cf]
  const length = 1200 - 7 - connectionId.length - 1 - 2
  const ids = concat([connectionId.length], connectionId, [0], [0])
  const header = concat([first], u32(field), ids, u16(0x4000 | length), u32(number))
  const nonce = iv.map((byte, i) => byte ^ (i < 8 ? 0 : (number >> (8 * (11 - i))) & 0xff))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  cipher.setAAD(header)
  const plain = new Uint8Array(length - 4 - 16)
  plain.set(frames)
  const sealed = concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  const mask = createCipheriv('aes-128-ecb', protection, null).update(sealed.subarray(0, 16))
  header[0] = (header[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f)
  for (let i = 0; i < 4; i++) {
    const at = header.length - 4 + i
    header[at] = (header[at] ?? 0) ^ (mask[1 + i] ?? 0)
  }
  return concat(header, sealed)
}

function clientKeys(connectionId: Uint8Array, version: 1 | 2) {
  const initial = createHmac('sha256', hex(SALTS[version])).update(connectionId).digest()
  const secret = expand(initial, 'client in', 32)
  const prefix = version === 1 ? 'quic' : 'quicv2'
  return {
    key: expand(secret, `${prefix} key`, 16),
    iv: expand(secret, `${prefix} iv`, 12),
    protection: expand(secret, `${prefix} hp`, 16),
  }
}

function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = encoder.encode(`tls13 ${label}`)
  const info = concat([0, length, name.length], name, [0, 1])
  return new Uint8Array(createHmac('sha256', secret).update(info).digest()).subarray(0, length)
}

function varint(value: number): number[] {
  return value < 64 ? [value] : u16(0x4000 | value)
}
