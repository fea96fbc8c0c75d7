import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame, FrameError, FrameReader, MAX_FRAME_BYTES } from './framing.js'

test('messages come out as they went in, however the stream is cut', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 50 })), (messages, cuts) => {
      const received: Buffer[] = []
      const reader = new FrameReader((one) => received.push(Buffer.from(one)))
      const stream = Buffer.concat(messages.map(encodeFrame))
      let offset = 0
      for (let i = 0; offset < stream.length; i++) {
        const length = cuts[i % cuts.length] ?? 7
        reader.push(stream.subarray(offset, offset + length))
        offset += length
      }
      expect(received).toEqual(messages.map((one) => Buffer.from(one)))
    }),
  )
})

test('random bytes give messages or a FrameError, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      const reader = new FrameReader(() => {})
      try {
        reader.push(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }),
  )
})

test.each([0, MAX_FRAME_BYTES + 1, 0xffffffff])('a length of %d is refused before its message', (length) => {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(length)
  expect(() => new FrameReader(() => {}).push(header)).toThrow(FrameError)
})

test('a message that is too long is not sent', () => {
  expect(() => encodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(FrameError)
})
