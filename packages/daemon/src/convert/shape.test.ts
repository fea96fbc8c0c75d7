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
  const tag = number < 16 ? [(number << 3) | 2] : [((number << 3) & 0x7f) | 2 | 0x80, number >> 4]
  return Buffer.concat([Uint8Array.from([...tag, ...length]), content])
}

/** So many empty messages in field 1. */
const empties = (count: number) => new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x0a : 0))

test('a hundred thousand empty hosts are refused before they are made', () => {
  const bytes = field(4, empties(100_000))
  expect(() => checkShape(bytes)).toThrow('so many entries is not allowed')
  expect(() => decodeReport(bytes)).toThrow(ReportError)
})

/** Deep inside: field numbers from the report on, the last one repeated without anything in it. */
test.each([
  ['the sensor of one row', [3, 4, 1]],
  ['parameters of a reason', [5, 1, 10, 4]],
  ['parties of an alert', [5, 1, 19]],
  ['tables of a status', [2, 26]],
  ['details of a scan', [6, 2, 3, 7]],
])('a hundred thousand of %s are refused as well', (_what, path) => {
  const [report = 0, ...inner] = path
  const last = inner.at(-1) ?? 0
  const count = report === 3 ? 200_000 : report === 5 ? 50_000 : 20_100
  let bytes: Uint8Array = new Uint8Array(
    Array.from({ length: count }, () => [...field(last, new Uint8Array(0))]).flat(),
  )
  for (const number of inner.slice(0, -1).reverse()) bytes = field(number, bytes)
  expect(() => checkShape(field(report, bytes))).toThrow('so many entries is not allowed')
})

test('as many as a sound sensor sends at most pass', () => {
  expect(() => checkShape(field(4, empties(5000)))).not.toThrow()
  const row = {
    ...{ deviceMac: '02:00:00:00:00:01', deviceIp: '192.168.100.100', remoteIp: '203.0.113.100' },
    ...{ protocol: 17, servicePort: 443, vlan: 1, isSecondView: true },
    ...{ txBytes: 1n, rxBytes: 1n, txPackets: 1n, rxPackets: 1n },
  }
  const bucket = {
    sensor: undefined,
    startMs: 1n,
    durationMs: 1,
    otherBytes: 1n,
    otherPackets: 1n,
    dropped: 1n,
  }
  const value = { ...bucket, rows: Array(5000).fill(row) }
  expect(() => checkShape(Report.encode({ report: { $case: 'traffic', value } }).finish())).not.toThrow()
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
