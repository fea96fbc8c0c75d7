import { expect, test } from 'vitest'
import { judgePreface } from './preface.js'

const MAGIC = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** Length, type, flags, stream 0, payload. */
function frame(type: number, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0, payload.length >> 8, payload.length & 255, type, 0, 0, 0, 0, 0]),
    payload,
  ])
}

const SETTINGS = frame(4, Buffer.from([0, 3, 0, 0, 0, 100]))
const WHOLE = Buffer.concat([MAGIC, SETTINGS])

test('a preface is whole with the last byte of its settings', () => {
  for (let length = 0; length < WHOLE.length; length++) {
    expect(judgePreface(WHOLE.subarray(0, length))).toBe('incomplete')
  }
  expect(judgePreface(WHOLE)).toBe('whole')
  expect(judgePreface(Buffer.concat([MAGIC, frame(4, Buffer.alloc(0))]))).toBe('whole')
  expect(judgePreface(Buffer.concat([WHOLE, Buffer.from('more')]))).toBe('whole')
})

test.each([
  ['HTTP/1', Buffer.from('GET / HTTP/1.1\r\n')],
  ['one wrong byte', Buffer.from('PRI * HTTP/2.1')],
  ['another frame first', Buffer.concat([MAGIC, frame(6, Buffer.alloc(8))])],
  ['endless settings', Buffer.concat([MAGIC, Buffer.from([255, 255, 255, 4, 0, 0, 0, 0, 0])])],
])('%s is none', (_what, bytes) => {
  expect(judgePreface(bytes)).toBe('wrong')
})
