/**
 * The outer shape of a sensor's report, looked at before anything is made of
 * it: a message of 4 MiB may hold two million empty hosts, and decoding them
 * would cost a hundred times its length. Only tags and lengths are read
 * (Protocol Buffers encoding guide, "Message Structure").
 */

import { KIB, MIB } from '@netwatcher/shared'
import { fail } from './checks.js'

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** Field numbers of netwatcher.sensor.v1.Report, and how long each may be: what is generous for a sound sensor. */
const MOST_BYTES = new Map([
  [1, KIB], // ready
  [2, 64 * KIB], // status
  [3, 2 * MIB], // traffic
  [4, 2 * MIB], // observation
  [5, MIB + 256 * KIB], // alert, with its evidence
  [6, 64 * KIB], // scan
  [7, 8 * KIB], // failure
  [8, 2 * MIB + KIB], // learnt
  [9, KIB], // clock step
  [10, KIB], // woken
  [11, KIB], // announced
])
/** A report is one of them; repeated ones would be merged. */
const MOST_REPORTS = 1
/** Rows, hosts, names and clues together: each list is held against its own limit once decoded. */
const MOST_ENTRIES = 15_100
/** Of an alert without its evidence. */
const MOST_ALERT_BYTES = 256 * KIB
const ALERT_REPORT = 5
const ALERT = 1

/** Of a message, the fields that hold messages, and theirs. */
interface Messages {
  [field: number]: Messages
}

const LEAF: Messages = {}
const TEXT: Messages = { 2: LEAF }
const REASON: Messages = { 4: LEAF }
const MESSAGES: Messages = {
  2: { 1: LEAF, 25: TEXT, 26: LEAF },
  3: { 1: LEAF, 4: LEAF },
  4: { 1: { 1: LEAF }, 2: LEAF, 3: LEAF },
  5: { 1: { 2: LEAF, 10: REASON, 11: REASON, 12: TEXT, 19: LEAF, 20: TEXT, 21: TEXT, 22: TEXT } },
  6: { 2: { 1: LEAF, 2: { 1: LEAF }, 3: { 7: TEXT } } },
  9: { 1: LEAF },
  10: {},
}
/** Fields at all depths: of full lists of rows or hosts, and of anything else. */
const MOST_PARTS = 150_000
const MOST_PARTS_OF_OTHERS = 20_000
const LISTS = new Set([3, 4])

/** Throws ReportError for what no sound sensor sends, without decoding it. */
export function checkShape(bytes: Uint8Array): void {
  let reports = 0
  for (const { number, start, end } of fieldsOf(bytes, 0, bytes.length)) {
    if (++reports > MOST_REPORTS) fail('more than one report')
    if (end - start > (MOST_BYTES.get(number) ?? 0)) fail(`report ${number} of ${end - start} bytes`)
    checkEntries(bytes, { number, start, end })
    const most = LISTS.has(number) ? MOST_PARTS : MOST_PARTS_OF_OTHERS
    countParts(bytes, { number, start, end }, MESSAGES[number] ?? LEAF, most)
  }
}

function checkEntries(bytes: Uint8Array, report: Field): void {
  let entries = 0
  for (const { number, start, end } of fieldsOf(bytes, report.start, report.end)) {
    if (++entries > MOST_ENTRIES) fail('so many entries')
    const isAlert = report.number === ALERT_REPORT && number === ALERT
    if (isAlert && end - start > MOST_ALERT_BYTES) fail('alert length')
  }
}

/** Gives how many more there may be. */
function countParts(bytes: Uint8Array, { start, end }: Field, messages: Messages, most: number): number {
  let left = most
  for (const field of fieldsOf(bytes, start, end)) {
    if (--left < 0) fail('so many entries')
    const inner = messages[field.number]
    if (inner && field.end > field.start) left = countParts(bytes, field, inner, left)
  }
  return left
}

interface Field {
  number: number
  /** Where its value lies. */
  start: number
  end: number
}

function* fieldsOf(bytes: Uint8Array, from: number, until: number): Generator<Field> {
  for (let at = from; at < until; ) {
    const tag = readVarint(bytes, at, until)
    const number = Math.floor(tag.value / 8)
    const end = valueEnd(bytes, tag.next, until, tag.value % 8)
    const start = tag.value % 8 === LENGTH_DELIMITED ? readVarint(bytes, tag.next, until).next : tag.next
    if (number === 0 || end > until) fail('report format')
    yield { number, start, end }
    at = end
  }
}

function valueEnd(bytes: Uint8Array, at: number, until: number, wireType: number): number {
  switch (wireType) {
    case VARINT:
      return readVarint(bytes, at, until).next
    case FIXED64:
      return at + 8
    case FIXED32:
      return at + 4
    case LENGTH_DELIMITED: {
      const length = readVarint(bytes, at, until)
      return length.next + length.value
    }
    default:
      return fail('report format')
  }
}

/** At most ten bytes of seven bits, the lowest first. */
function readVarint(bytes: Uint8Array, from: number, until: number): { value: number; next: number } {
  let value = 0
  for (let at = from; at < until && at - from < 10; at++) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * (at - from))
    if (byte < 0x80) return { value, next: at + 1 }
  }
  return fail('report format')
}
