import { Report } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReportError } from './checks.js'
import { decodeReport } from './report.js'
import { checkShape } from './shape.js'

/** `content` as field `number`, length-delimited. */
function field(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let rest = content.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) | 0x80 : rest)
    if (rest < 128) break
  }
  return Uint8Array.from([(number << 3) | 2, ...length].concat([...content]))
}

/** So many empty messages in field 1. */
const empties = (count: number) => new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x0a : 0))

test('a hundred thousand empty hosts are refused before they are made', () => {
  const bytes = field(4, empties(100_000))
  expect(() => checkShape(bytes)).toThrow('so many entries is not allowed')
  expect(() => decodeReport(bytes)).toThrow(ReportError)
})

test('as many as a sound sensor sends at most pass', () => {
  expect(() => checkShape(field(4, empties(5000)))).not.toThrow()
})

test('a long alert, a long status and two reports in one are refused', () => {
  expect(() => checkShape(field(5, field(1, new Uint8Array(300 * 1024))))).toThrow('alert length')
  expect(() => checkShape(field(2, new Uint8Array(65 * 1024)))).toThrow('report 2')
  expect(() => checkShape(Uint8Array.from([...field(7, empties(1)), ...field(7, empties(1))]))).toThrow(
    'more than one report',
  )
})

test('what the decoder takes for one small report has a sound shape', () => {
  const message = { report: { $case: 'failure' as const, value: { code: 'internal', message: 'x' } } }
  expect(() => checkShape(Report.encode(message).finish())).not.toThrow()
})

test('random bytes never do more than throw ReportError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        checkShape(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ReportError)
      }
    }),
    { numRuns: 2000 },
  )
})
