import { text } from '@netwatcher/shared'
import { Report as ReportMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../model/sensor.js'
import { MAX_EVIDENCE_BYTES } from './alert.js'
import { MAX_REPORT_ENTRIES, ReportError } from './checks.js'
import { ALERT, COUNTERS, EVIDENCE, HOST, ROW, SOUND, TRAFFIC } from './fake-reports.js'
import { decodeReport, encodeReport, MAX_SNAPSHOT_BYTES } from './report.js'

test.each(SOUND.map((report) => [report.type, report] as const))(
  'a sound %s comes out as it went in',
  (_type, report) => {
    expect(decodeReport(encodeReport(report))).toEqual(report)
  },
)

function host(changes: object): Report {
  return { type: 'observation', hosts: [{ ...HOST, ...changes }], names: [], clues: [] }
}

function named(changes: object): Report {
  const name = { ip: '', mac: '', name: 'x', source: 'dns' as const, ...changes }
  return { type: 'observation', hosts: [], names: [name], clues: [] }
}

function traffic(changes: object): Report {
  return { type: 'traffic', traffic: { ...TRAFFIC, rows: [{ ...ROW, ...changes }] } }
}

function alert(changes: object): Report {
  return { type: 'alert', alert: { ...ALERT, ...changes }, evidence: null }
}

const UNSOUND: [string, Report][] = [
  ['an address with leading zeros', host({ ip: '10.0.0.01' })],
  ['an address that is not in its shortest form', host({ ip: '2001:0db8::1' })],
  ['neither an address nor a MAC', host({ ip: '', mac: '' })],
  ['a host name for an address', host({ ip: 'localhost' })],
  ['a MAC with dashes', host({ mac: '02-00-00-00-00-01' })],
  ['more probes than 32 bits hold', { type: 'status', counters: { ...COUNTERS, probesSent: 2 ** 32 } }],
  ['a counter beyond any machine', { type: 'status', counters: { ...COUNTERS, bytes: 2 ** 49 } }],
  [
    'bytes that no link carries',
    { type: 'traffic', traffic: { ...TRAFFIC, rows: [{ ...ROW, txBytes: 2 ** 43 }] } },
  ],
  ['frames that no link carries', traffic({ rxPackets: 2e11 })],
  [
    'rows that no link carries together',
    { type: 'traffic', traffic: { ...TRAFFIC, rows: Array(3).fill({ ...ROW, txBytes: 5e10 }) } },
  ],
  ['a time before 1970', host({ seenMs: -1 })],
  ['a time that is none', host({ seenMs: 2 ** 60 })],
  [
    'too many hosts',
    { type: 'observation', hosts: Array(MAX_REPORT_ENTRIES + 1).fill(HOST), names: [], clues: [] },
  ],
  ['a name that is too long', named({ name: 'x'.repeat(256) })],
  ['a source of names that is not known', named({ source: 'guess' })],
  ['a protocol that is none', traffic({ protocol: 256 + 65_536 })],
  ['a port that is none', traffic({ servicePort: 65_536 })],
  ['more bytes than can be counted', traffic({ txBytes: 2 ** 60 })],
  ['a remote address that is none', traffic({ remoteIp: '1.2.3' })],
  ['an alert id that could be a path', alert({ id: '../../etc/passwd'.padEnd(32, '.') })],
  ['a kind that is not known', alert({ kind: 'made_up' })],
  ['a kind that the daemon alone may tell', alert({ kind: 'watch_stopped' })],
  ['too many claimants', alert({ parties: Array(65).fill(ALERT.parties[0]) })],
  ['too many frames', alert({ reasonsFor: [{ rule: 'x', params: {}, frames: Array(257).fill(1) }] })],
  ['a rule that is no name', alert({ reasonsFor: [{ rule: '<b>', params: {}, frames: [] }] })],
  ['a result that is not known', alert({ verifications: [{ ...ALERT.verifications[0], result: 'maybe' }] })],
  ['evidence that is no pcapng', { type: 'alert', alert: ALERT, evidence: Buffer.from('<html>') }],
  [
    'too much evidence',
    { type: 'alert', alert: ALERT, evidence: Buffer.concat([EVIDENCE, Buffer.alloc(MAX_EVIDENCE_BYTES)]) },
  ],
  ['too much that was learnt', { type: 'learnt', snapshot: new Uint8Array(MAX_SNAPSHOT_BYTES + 1) }],
  ['a step longer than time', { type: 'clock_step', stepMs: -9e15 }],
]

test.each(UNSOUND)('%s is refused', (_what, report) => {
  expect(() => decodeReport(encodeReport(report))).toThrow(ReportError)
})

test.each([
  ['severity', 0],
  ['state', 0],
  ['severity', 9],
  ['state', 9],
])('an alert with %s %d is refused', (field, value) => {
  const message = ReportMessage.decode(encodeReport({ type: 'alert', alert: ALERT, evidence: null }))
  if (message.report?.$case === 'alert') Object.assign(message.report.value.alert ?? {}, { [field]: value })
  expect(() => decodeReport(ReportMessage.encode(message).finish())).toThrow(ReportError)
})

test('text is freed of control characters and cut', () => {
  const report = decodeReport(
    encodeReport(alert({ seen: text('seen_name', { name: `a\u0000\u001b[2J\u202eb${'x'.repeat(2000)}` }) })),
  )
  const seen = report.type === 'alert' ? (report.alert.seen.params.name ?? '') : ''
  expect(seen).toMatch(/^a\ufffd\ufffd\[2J\ufffdbx+$/)
  expect(seen.length).toBe(1000)
})

test('random bytes are a report or a ReportError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeReport(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ReportError)
      }
    }),
  )
})

test('sound reports with a changed byte are a report or a ReportError', () => {
  const changes = fc.tuple(fc.constantFrom(...SOUND), fc.nat(), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(changes, ([report, position, value]) => {
      const bytes = encodeReport(report)
      bytes[position % bytes.length] = value
      try {
        decodeReport(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ReportError)
      }
    }),
    { numRuns: 2000 },
  )
})
