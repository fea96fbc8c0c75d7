import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { NetWatcherError } from '@netwatcher/shared'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { concat, hex } from '../wire/fake-frames.js'
import { encodeCaptureFile } from './capture-file.js'
import { openFile } from './file-source.js'
import { convertLink } from './link-conversion.js'
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from './packet-source.js'
import { SavefileReader } from './savefile.js'

const folder = mkdtempSync(join(tmpdir(), 'netwatcher-saved-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function readAll(bytes: Uint8Array) {
  const path = join(folder, `${Math.random()}.pcap`)
  writeFileSync(path, bytes)
  const source = openFile(path)
  const frames: { linkType: number; timeMs: number; bytes: Uint8Array; wireLength: number }[] = []
  source.start((batch) => {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.offsets[i] ?? 0
      frames.push({
        linkType: batch.linkType ?? source.linkType,
        timeMs: batch.timesMs[i] ?? 0,
        bytes: batch.bytes.slice(start, start + (batch.capturedLengths[i] ?? 0)),
        wireLength: batch.wireLengths[i] ?? 0,
      })
    }
  })
  const problem = await source.done.then(
    () => null,
    (error: unknown) => error,
  )
  source.close()
  return { frames, problem }
}

const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer)
const section = words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28)
const describe = (linkType: number, snapLength: number) => words(1, 20, linkType, snapLength, 20)
const packet = (index: number, value: number, wireLength: number) =>
  words(6, 36, index, 0, 1_000_000, 4, wireLength, value, 36)

test('interfaces of a pcapng file have each their own link type and snap length', async () => {
  // Ethernet by nanoseconds (if_tsresol 9), raw IP by microseconds; between them a block that nobody knows.
  const nanoseconds = words(1, 32, LINKTYPE_ETHERNET, 96, 0x00010009, 9, 0, 32)
  const file = concat(
    section,
    nanoseconds,
    describe(LINKTYPE_RAW, 0),
    words(0x0bad, 16, 7, 16),
    packet(0, 0x01010101, 60),
    packet(1, 0x45454545, 4),
  )
  const { frames, problem } = await readAll(file)
  expect(problem).toBeNull()
  expect(frames).toEqual([
    { linkType: LINKTYPE_ETHERNET, timeMs: 1, bytes: new Uint8Array(4).fill(1), wireLength: 60 },
    { linkType: LINKTYPE_RAW, timeMs: 1000, bytes: new Uint8Array(4).fill(0x45), wireLength: 4 },
  ])
})

test('a file compressed by gzip is read, and one cut off gives the frames before', async () => {
  const written = Array.from({ length: 3000 }, (_, i) => ({
    timeMs: i,
    bytes: crypto.getRandomValues(new Uint8Array(60)),
  }))
  const whole = gzipSync(encodeCaptureFile(LINKTYPE_ETHERNET, written))
  const { frames, problem } = await readAll(whole)
  expect(problem).toBeNull()
  const text = ({ timeMs, bytes }: { timeMs: number; bytes: Uint8Array }) =>
    `${timeMs} ${Buffer.from(bytes).toString('hex')}`
  expect(frames.map(text)).toEqual(written.map(text))
  const cut = await readAll(whole.subarray(0, whole.length >> 1))
  expect(cut.problem).toMatchObject({ reason: 'CAPTURE_FAILED', message: 'truncated dump file' })
  expect(cut.frames.length).toBeGreaterThan(0)
})

const IP = hex('4500 0014 0000 0000 4011 0000 0a000001 0a000002')

test.each([
  ['PPP', 9, 'ff03 0021'],
  ['PPP with short fields', 9, '21'],
  ['PPP in HDLC-like framing', 50, 'ff03 0021'],
])('%s is raw IP', async (_, linkType, header) => {
  const bytes = concat(hex(header), IP)
  const lcp = hex('ff03 c021 01 01 0004')
  const { frames } = await readAll(
    encodeCaptureFile(linkType, [
      { timeMs: 1, bytes: lcp },
      { timeMs: 2, bytes, wireLength: bytes.length + 9 },
    ]),
  )
  expect(frames).toEqual([{ linkType: LINKTYPE_RAW, timeMs: 2, bytes: IP, wireLength: IP.length + 9 }])
})

const TO_AP = hex('0801 0000 aaaaaaaaaaaa 020000000001 020000000002 0000')
const FROM_AP_QOS = hex('8802 0000 020000000002 aaaaaaaaaaaa 020000000001 0000 0000')
const SNAP_IP = hex('aaaa03 000000 0800')
const ETHERNET = concat(hex('020000000002 020000000001 0800'), IP)

test.each([
  ['to an access point', 105, TO_AP, []],
  ['from an access point, with QoS', 105, FROM_AP_QOS, []],
  ['behind radiotap', 127, concat(hex('0000 0800 00000000'), TO_AP), []],
  ['behind radiotap, with FCS', 127, concat(hex('0000 0900 02000000 10'), TO_AP), [1, 2, 3, 4]],
])('802.11 data %s is Ethernet', async (_, linkType, header, fcs) => {
  const bytes = concat(header, SNAP_IP, IP, Uint8Array.from(fcs))
  const { frames, problem } = await readAll(encodeCaptureFile(linkType, [{ timeMs: 1, bytes }]))
  expect(problem).toBeNull()
  expect(frames).toEqual([
    { linkType: LINKTYPE_ETHERNET, timeMs: 1, bytes: ETHERNET, wireLength: ETHERNET.length },
  ])
})

test('802.11 without any unencrypted data is refused in words', async () => {
  const sealed = Uint8Array.from(TO_AP)
  sealed[1] = 0x41
  const frames = [
    { timeMs: 1, bytes: concat(sealed, IP) },
    { timeMs: 2, bytes: hex('8000 0000 ffffffffffff 020000000001 020000000001 0000') },
  ]
  expect((await readAll(encodeCaptureFile(105, frames))).problem).toMatchObject({
    reason: 'NOTHING_READABLE',
    message: expect.stringMatching(/1 frames are encrypted, 1 are management/),
  })
})

test.each([
  ['a packet of an interface that is not described', concat(section, packet(3, 1, 4)), /interface 3/],
  ['a block of impossible length', concat(section, words(1, 0x7ffffffc, 0)), /block of/],
  [
    'a packet longer than its block',
    concat(section, describe(1, 0), words(6, 32, 0, 0, 0, 99, 99, 32)),
    /longer/,
  ],
])('%s is damage, in words', async (_, file, message) => {
  expect((await readAll(file)).problem).toMatchObject({
    reason: 'CAPTURE_FAILED',
    message: expect.stringMatching(message),
  })
})

test('no bytes make the reader or the conversion throw anything but a clear error', () => {
  const sound = concat(section, describe(1, 0), packet(0, 1, 4), describe(127, 0), packet(1, 8, 64))
  const damaged = fc
    .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 6 })
    .map((changes) => {
      const file = Uint8Array.from(sound)
      for (const [at, value] of changes) file[at] = value
      return file
    })
  const arbitrary = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged)
  const links = fc.constantFrom(0, 1, 9, 50, 101, 105, 127, 228)
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 1, max: 64 }), links, (file, step, linkType) => {
      const frame = { linkType, timeMs: 0, bytes: file, wireLength: file.length }
      const converted = convertLink(frame)
      if (typeof converted !== 'string')
        expect(converted.bytes.length).toBeLessThanOrEqual(Math.max(converted.wireLength, 0))
      const reader = new SavefileReader()
      try {
        for (let at = 0; at < file.length; at += step)
          for (const { bytes, wireLength } of reader.push(file.subarray(at, at + step)))
            expect(bytes.length).toBeLessThanOrEqual(wireLength)
        reader.end()
      } catch (error) {
        expect(error).toBeInstanceOf(NetWatcherError)
      }
    }),
  )
})
