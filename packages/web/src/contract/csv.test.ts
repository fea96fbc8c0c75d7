import { expect, test } from 'vitest'
import { cellText } from './csv.js'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'what a spreadsheet would run is text: %j',
  (name) => {
    expect(cellText(name).replace(/^"/, '')).toMatch(/^'/)
  },
)

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  [-1, '-1'],
  [null, ''],
  [true, 'true'],
])('the cell of %j is %j', (cell, expected) => {
  expect(cellText(cell)).toBe(expected)
})
