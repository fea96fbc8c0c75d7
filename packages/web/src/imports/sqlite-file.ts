/**
 * Rows of a table in a SQLite file (https://www.sqlite.org/fileformat2.html), read
 * from its bytes alone. The file is anybody's, so SQLite never opens it: no view, no
 * trigger and no expression in it is run. What is not whole is left out; every page of a
 * tree is visited once at most, and no more is read than twice what the file holds. Content that is only in a write-ahead log is not seen.
 */

import { columnsOf } from './sqlite-columns.js'

const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100
const INTERIOR = 0x05
const LEAF = 0x0d
const MAX_DEPTH = 20
/** Of one row: what names a device is short. */
const MAX_ROW_BYTES = 256 * 1024
/** What looking at a cell costs, whatever is in it. */
const CELL_BYTES = 4
const UTF_16_BE = 3
const ENCODINGS: Record<number, string> = { 1: 'utf-8', 2: 'utf-16le', [UTF_16_BE]: 'utf-16be' }
const SCHEMA_PAGE = 1

type Value = string | number | null

export interface SqliteTable {
  columns: string[]
  /** In the order of the file; a row is as long as it was when it was written. */
  rows(): Iterable<readonly Value[]>
}

/** The first that has the name, whatever its case. Null when there is none, or the bytes are no such file. */
export function findTable(bytes: Uint8Array, wanted: string): SqliteTable | null {
  const file = openFile(bytes)
  if (!file) return null
  for (const [type, name, , root, sql] of rowsFrom(file, SCHEMA_PAGE)) {
    if (type !== 'table' || typeof root !== 'number' || typeof sql !== 'string') continue
    if (String(name).toLowerCase() !== wanted) continue
    const columns = columnsOf(sql)
    return columns && { columns, rows: () => rowsFrom(file, root) }
  }
  return null
}

interface File {
  bytes: Uint8Array
  view: DataView
  pageSize: number
  /** Of each page. */
  usable: number
  decode(bytes: Uint8Array): string
  /** How much may still be read. */
  bytesLeft: number
}

function openFile(bytes: Uint8Array): File | null {
  if (bytes.length < HEADER_BYTES || !MAGIC.split('').every((c, i) => bytes[i] === c.charCodeAt(0)))
    return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stored = view.getUint16(16)
  const pageSize = stored === 1 ? 65_536 : stored
  const usable = pageSize - view.getUint8(20)
  const encoding = ENCODINGS[view.getUint32(56)]
  if (pageSize < 512 || usable < 480 || encoding === undefined) return null
  const decoder = new TextDecoder(encoding)
  const decode = (text: Uint8Array) => decoder.decode(text)
  return { bytes, view, pageSize, usable, decode, bytesLeft: 2 * bytes.length }
}

/** Rows of a table's b-tree, from its root on. */
function* rowsFrom(file: File, root: number): Generator<readonly Value[]> {
  const visited = new Set<number>()
  const waiting = [{ page: root, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { page, depth } = next
    if (visited.has(page) || depth > MAX_DEPTH) continue
    visited.add(page)
    const tree = openPage(file, page)
    if (tree?.type === LEAF) {
      for (const at of tree.cells) {
        if (file.bytesLeft < 0) return
        const row = readCell(file, tree.start, at)
        if (row) yield row
      }
    } else if (tree?.type === INTERIOR) {
      const children = tree.cells.map((at) => u32(file, tree.start + at))
      // The last is taken first.
      for (const child of [...children, tree.rightmost].reverse()) {
        waiting.push({ page: child, depth: depth + 1 })
      }
    }
  }
}

interface Page {
  type: number
  /** Offset in the file. */
  start: number
  rightmost: number
  /** Offsets within the page. */
  cells: number[]
}

function openPage(file: File, page: number): Page | null {
  const start = (page - 1) * file.pageSize
  if (page < 1 || start + file.pageSize > file.bytes.length) return null
  const head = page === SCHEMA_PAGE ? start + HEADER_BYTES : start
  const type = file.view.getUint8(head)
  const count = file.view.getUint16(head + 3)
  const first = head + (type === INTERIOR ? 12 : 8)
  const room = Math.floor((start + file.pageSize - first) / 2)
  const cells = Array.from({ length: Math.min(count, room) }, (_, i) => file.view.getUint16(first + 2 * i))
  return { type, start, rightmost: u32(file, head + 8), cells }
}

function readCell(file: File, start: number, at: number): readonly Value[] | null {
  const end = start + file.usable
  const size = varint(file.bytes, start + at, end)
  const rowId = size && varint(file.bytes, size.next, end)
  file.bytesLeft -= CELL_BYTES + Math.min(Number(size?.value ?? 0), MAX_ROW_BYTES)
  if (!rowId || size.value > MAX_ROW_BYTES || file.bytesLeft < 0) return null
  const payload = readPayload(file, rowId.next, Number(size.value), end)
  return payload && readRecord(file, payload)
}

/** What does not fit the page goes on in a chain of others (file format, section 1.6). */
function readPayload(file: File, from: number, size: number, end: number): Uint8Array | null {
  const local = localSize(size, file.usable)
  if (from + local > end) return null
  if (local === size) return file.bytes.subarray(from, from + size)
  const payload = new Uint8Array(size)
  payload.set(file.bytes.subarray(from, from + local))
  let page = u32(file, from + local)
  for (let filled = local; filled < size; ) {
    const start = (page - 1) * file.pageSize
    if (page < 1 || start + file.pageSize > file.bytes.length) return null
    const part = file.bytes.subarray(start + 4, start + 4 + Math.min(file.usable - 4, size - filled))
    payload.set(part, filled)
    filled += part.length
    page = u32(file, start)
  }
  return payload
}

function localSize(size: number, usable: number): number {
  const most = usable - 35
  if (size <= most) return size
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const wanted = least + ((size - least) % (usable - 4))
  return wanted <= most ? wanted : least
}

function readRecord(file: File, payload: Uint8Array): Value[] | null {
  const head = varint(payload, 0, payload.length)
  if (!head || head.value > payload.length) return null
  const values: Value[] = []
  let body = Number(head.value)
  for (let at = head.next; at < Number(head.value); ) {
    const type = varint(payload, at, payload.length)
    if (!type) return null
    const length = lengthOf(type.value)
    if (body + length > payload.length) return null
    values.push(readValue(file, Number(type.value), payload.subarray(body, body + length)))
    body += length
    at = type.next
  }
  return values
}

/** Of serial types 0 to 9; 10 and 11 are not used. */
const FIXED_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]

function lengthOf(type: bigint): number {
  return type < 12n ? (FIXED_BYTES[Number(type)] ?? 0) : Number((type - (type % 2n) - 12n) / 2n)
}

/** A blob is nothing that names a device. */
function readValue({ decode }: File, type: number, bytes: Uint8Array): Value {
  if (type >= 13) return type % 2 === 1 ? decode(bytes) : null
  if (type === 8 || type === 9) return type - 8
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 7) return view.getFloat64(0)
  if (type < 1 || type > 6) return null
  const whole = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return Number(BigInt.asIntN(bytes.length * 8, whole))
}

function u32(file: File, at: number): number {
  return at + 4 <= file.bytes.length ? file.view.getUint32(at) : 0
}

/** Up to nine bytes, seven bits each, of the ninth all (file format, section 1.6). */
function varint(bytes: Uint8Array, at: number, end: number): { value: bigint; next: number } | null {
  let value = 0n
  for (let n = 0; n < 9; n++) {
    const byte = bytes[at + n]
    if (byte === undefined || at + n >= end) return null
    if (n === 8) return { value: (value << 8n) | BigInt(byte), next: at + 9 }
    value = (value << 7n) | BigInt(byte & 0x7f)
    if (byte < 0x80) return { value, next: at + n + 1 }
  }
  return null
}
