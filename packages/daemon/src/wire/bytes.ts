/**
 * Reading big-endian numbers and the Internet checksum (RFC 1071). Callers
 * check lengths first; a read past the end gives zero instead of throwing.
 */

import { type Text, text } from '@netwatcher/shared'

/** Why a frame that claims a protocol cannot be one: the decoders' answer besides a value and null. */
export interface Malformed {
  /** Which rule of the protocol is broken, and the figures. */
  readonly malformed: Text
}

export function malformed(rule: string, figures: Record<string, string | number> = {}): Malformed {
  return { malformed: text(rule, figures) }
}

export function isMalformed(value: object): value is Malformed {
  return 'malformed' in value
}

export function readU8(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0
}

export function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset) * 0x10000 + readU16(bytes, offset + 2)
}

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >> 8
  bytes[offset + 1] = value
}

/** One's complement sum of 16-bit words, not yet folded, so that sums of parts can be added. */
export function sumWords(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i += 2) sum += i + 1 < end ? readU16(bytes, i) : readU8(bytes, i) << 8
  return sum
}

/** Folds a sum to the 16-bit checksum field; 0 when the summed data already holds a right checksum. */
export function foldChecksum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded % 0x10000)
  return ~folded & 0xffff
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const LATIN1 = new TextDecoder('latin1')

/**
 * Text of a field that ends at a NUL or at `end`, whose writer did not say in
 * what: UTF-8 where it is that, else Latin-1. What cannot be shown becomes `?`.
 */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const field = bytes.subarray(start, end)
  const nul = field.indexOf(0)
  const text = nul < 0 ? field : field.subarray(0, nul)
  return decode(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    return LATIN1.decode(bytes)
  }
}

/** Printable ASCII of a field that ends at a NUL or at `end`; other bytes become `?`. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) {
    const byte = readU8(bytes, i)
    if (byte === 0) break
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?'
  }
  return text
}
