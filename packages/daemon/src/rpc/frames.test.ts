import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader } from './frames.js'

function frame(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  return Buffer.concat([header, payload])
}

const GOAWAY = frame(7, Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 9]), Buffer.from('why')]))

test('frames are told however the bytes are cut', () => {
  const bytes = Buffer.concat([
    frame(4, Buffer.alloc(6)),
    frame(0, Buffer.alloc(300, 7)),
    GOAWAY,
    frame(6, Buffer.alloc(8)),
  ])
  const expected = [
    { type: 4, errorCode: 0 },
    { type: 0, errorCode: 0 },
    { type: 7, errorCode: 9 },
    { type: 6, errorCode: 0 },
  ]
  const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 })
  fc.assert(
    fc.property(cuts, (unsorted) => {
      const reader = new FrameReader(0)
      const at = [0, ...unsorted.sort((a, b) => a - b), bytes.length]
      const frames = at.slice(1).flatMap((end, index) => reader.read(bytes.subarray(at[index], end)))
      expect(frames).toEqual(expected)
    }),
  )
})

test('what comes before the first frame is passed over', () => {
  const reader = new FrameReader(24)
  expect(reader.read(Buffer.alloc(10))).toEqual([])
  expect(reader.read(Buffer.concat([Buffer.alloc(14), GOAWAY]))).toEqual([{ type: 7, errorCode: 9 }])
})

test('a GOAWAY that is too short has no code', () => {
  const reader = new FrameReader(0)
  expect(reader.read(Buffer.concat([frame(7, Buffer.alloc(3)), GOAWAY]))).toEqual([
    { type: 7, errorCode: 0 },
    { type: 7, errorCode: 9 },
  ])
})
