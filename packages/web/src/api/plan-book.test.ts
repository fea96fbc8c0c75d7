import { expect, test } from 'vitest'
import { PlanBook } from './plan-book.js'

function bookAt(startMs: number) {
  const clock = { nowMs: startMs }
  return { clock, book: new PlanBook(() => clock.nowMs) }
}

const PLAN = { daemon: 'local', targets: ['192.168.1.66'], deviceNames: ['Laptop of Ann'], expiresMs: 1000 }
const notValid = expect.objectContaining({ code: 'failed_precondition', reason: 'TOKEN_NOT_VALID' })

test('a plan is confirmed by its target or the name of its device, and by nothing else', () => {
  const { book } = bookAt(0)
  book.note('t', PLAN)
  expect(book.check('t', '192.168.1.66')).toBe(PLAN)
  expect(book.check('t', ' laptop of ann ')).toBe(PLAN)
  expect(() => book.check('t', '192.168.1.67')).toThrow(expect.objectContaining({ reason: 'CONFIRMATION' }))
})

test('a token that was not planned here, has expired or was applied is not valid', () => {
  const { book, clock } = bookAt(0)
  expect(() => book.check('other', '192.168.1.66')).toThrow(notValid)
  book.note('applied', PLAN)
  book.forget('applied')
  expect(() => book.check('applied', '192.168.1.66')).toThrow(notValid)
  book.note('expired', PLAN)
  clock.nowMs = 1000
  expect(() => book.check('expired', '192.168.1.66')).toThrow(notValid)
})

test('whoever plans without end makes the oldest plan go', () => {
  const { book } = bookAt(0)
  for (let i = 0; i < 33; i++) book.note(`t${i}`, PLAN)
  expect(() => book.check('t0', '192.168.1.66')).toThrow(notValid)
  expect(book.check('t1', '192.168.1.66')).toBe(PLAN)
})
