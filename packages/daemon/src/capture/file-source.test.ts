import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { encodeCaptureFile, type FileFrame } from './capture-file.js'
import { openFile } from './file-source.js'
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from './packet-source.js'

const folder = mkdtempSync(join(tmpdir(), 'netwatcher-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(bytes: Uint8Array): string {
  const path = join(folder, `${Math.random()}.pcap`)
  writeFileSync(path, bytes)
  return path
}

async function readAll(path: string): Promise<FileFrame[]> {
  const source = openFile(path)
  const frames: FileFrame[] = []
  source.start((batch) => {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.offsets[i] ?? 0
      frames.push({
        timeMs: batch.timesMs[i] ?? 0,
        bytes: batch.bytes.slice(start, start + (batch.capturedLengths[i] ?? 0)),
        wireLength: batch.wireLengths[i] ?? 0,
      })
    }
  })
  await source.done
  return frames
}

const frame = (fill: number, length: number) => new Uint8Array(length).fill(fill)

test('frames come with their bytes, time and length on the wire', async () => {
  const written = [
    { timeMs: 1_700_000_000_000.25, bytes: frame(1, 60), wireLength: 60 },
    { timeMs: 1_700_000_000_001, bytes: frame(2, 96), wireLength: 1514 },
    { timeMs: 1_700_000_000_002, bytes: frame(3, 0), wireLength: 60 },
    { timeMs: 1_700_000_000_003, bytes: frame(4, 9018), wireLength: 9018 },
  ]
  expect(await readAll(write(encodeCaptureFile(LINKTYPE_ETHERNET, written)))).toEqual(written)
})

test.each([
  ['NULL', 0, 4],
  ['LOOP', 108, 4],
  ['IPV4', 228, 0],
  ['IPV6', 229, 0],
])('%s is raw IP behind its header', async (_, linkType, headerBytes) => {
  const packet = frame(0x45, 40)
  const written = [
    { timeMs: 1, bytes: Uint8Array.from([...frame(2, headerBytes), ...packet]), wireLength: 1500 },
    { timeMs: 2, bytes: frame(2, 3), wireLength: 3 },
  ]
  const path = write(encodeCaptureFile(linkType, written))
  expect(openFile(path).linkType).toBe(LINKTYPE_RAW)
  const [first, short] = await readAll(path)
  expect(first).toEqual({ timeMs: 1, bytes: packet, wireLength: 1500 - headerBytes })
  expect(short?.bytes.length).toBe(headerBytes > 0 ? 0 : 3)
})

test('more frames than one batch holds arrive in order, with the event loop running between', async () => {
  const count = 50_000
  const written = Array.from({ length: count }, (_, i) => ({ timeMs: i, bytes: frame(i & 0xff, 60) }))
  const source = openFile(write(encodeCaptureFile(LINKTYPE_ETHERNET, written)))
  let next = 0
  let turns = 0
  let batches = 0
  const countTurn = () => {
    turns++
    if (next < count) setImmediate(countTurn)
  }
  setImmediate(countTurn)
  source.start((batch) => {
    batches++
    for (let i = 0; i < batch.count; i++, next++) {
      if (batch.timesMs[i] !== next || batch.bytes[batch.offsets[i] ?? 0] !== (next & 0xff))
        throw new Error(`frame ${next} is another one`)
    }
  })
  await source.done
  expect(next).toBe(count)
  expect(batches).toBeGreaterThan(3)
  expect(turns).toBeGreaterThanOrEqual(batches)
  expect(source.statistics()).toEqual({ received: count, dropped: 0, interfaceDropped: 0 })
})

test('a file cut off inside a frame gives the frames before, then the error', async () => {
  const whole = encodeCaptureFile(LINKTYPE_ETHERNET, [
    { timeMs: 1, bytes: frame(1, 60) },
    { timeMs: 2, bytes: frame(2, 60) },
  ])
  const source = openFile(write(whole.subarray(0, whole.length - 7)))
  let seen = 0
  source.start((batch) => {
    seen += batch.count
  })
  await expect(source.done).rejects.toMatchObject({
    reason: 'CAPTURE_FAILED',
    message: /truncated dump file/,
  })
  expect(seen).toBe(1)
})

test('closing in the middle of a batch ends delivery', async () => {
  const frames = Array.from({ length: 20_000 }, (_, i) => ({ timeMs: i, bytes: frame(0, 60) }))
  const source = openFile(write(encodeCaptureFile(LINKTYPE_ETHERNET, frames)))
  let batches = 0
  source.start(() => {
    batches++
    source.close()
  })
  await source.done
  await new Promise((resolve) => setImmediate(resolve))
  expect(batches).toBe(1)
})

test('pcapng is read, with microseconds', async () => {
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer)
  const blocks = [
    words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28), // section header, version 1.0
    words(1, 20, LINKTYPE_RAW, 0, 20), // interface description, no snap length
    words(6, 36, 0, 0, 1_500_250, 4, 40, 0x04030201, 36), // enhanced packet: 4 of 40 bytes
  ]
  expect(await readAll(write(Uint8Array.from(blocks.flatMap((block) => [...block]))))).toEqual([
    { timeMs: 1500.25, bytes: Uint8Array.of(1, 2, 3, 4), wireLength: 40 },
  ])
})

test.each([
  ['an empty file', new Uint8Array(0), 'CAPTURE_FAILED', /truncated dump file/],
  [
    'another kind of file',
    new TextEncoder().encode('#!/bin/sh\necho not a capture'),
    'CAPTURE_FAILED',
    /unknown file format/,
  ],
  [
    'a link type that is not understood',
    encodeCaptureFile(147, []),
    'LINK_TYPE_UNSUPPORTED',
    /link type 147/,
  ],
])('%s is refused in words', (_, bytes, reason, message) => {
  const path = write(bytes)
  expect(() => openFile(path)).toThrowError(
    expect.objectContaining({ reason, message: expect.stringMatching(message) }),
  )
})

test('a path that does not exist is refused, and `-` is a file name', () => {
  expect(() => openFile(join(folder, 'none'))).toThrow(/No such file/)
  expect(() => openFile('-')).toThrow(/No such file/)
})
