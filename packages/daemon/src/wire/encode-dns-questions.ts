/** A DNS message that only asks (RFC 1035 section 4.1); mDNS, LLMNR and NetBIOS share its form. */

import { writeU16 } from './bytes.js'

const HEADER_LENGTH = 12
const CLASS_IN = 1

export interface DnsQuestions {
  id: number
  flags: number
  /** Each by its labels, of 1 to 63 octets. */
  names: readonly (readonly string[])[]
  type: number
}

export function encodeDnsQuestions({ id, flags, names, type }: DnsQuestions): Uint8Array {
  const questions = names.flatMap((labels) => [
    ...labels.flatMap(encodeLabel),
    0,
    ...[type >> 8, type & 0xff],
    ...[0, CLASS_IN],
  ])
  const message = new Uint8Array(HEADER_LENGTH + questions.length)
  writeU16(message, 0, id)
  writeU16(message, 2, flags)
  writeU16(message, 4, names.length)
  message.set(questions, HEADER_LENGTH)
  return message
}

function encodeLabel(label: string): number[] {
  const octets = new TextEncoder().encode(label)
  return [octets.length, ...octets]
}
