import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { encodeArpRequest } from '../../wire/arp.js'
import { packetOf } from '../../wire/fake-frames.js'
import { AlertBook, MAX_ACTIVE_PER_KIND, QUIET_MS } from './alert-book.js'
import type { Finding } from './detector.js'
import { EvidenceRing } from './evidence-ring.js'
import { suspect } from './parties.js'

const MAC = '08:00:27:00:00:66'
const START_MS = 1_700_000_000_123.456

function fixture() {
  const ring = new EvidenceRing(16)
  return { ring, book: new AlertBook('', ring) }
}

function finding(more: Partial<Finding> = {}): Finding {
  return {
    kind: 'arp_spoof',
    claimer: MAC,
    ip: '192.168.1.1',
    severity: 'warning',
    parties: [suspect(MAC, 'likely')],
    expected: text('peace'),
    seen: text('war'),
    reasonsFor: [],
    reasonsAgainst: [],
    advice: text('duck'),
    ...more,
  }
}

function keepFrame(ring: EvidenceRing, timeMs: number): number {
  ring.begin(packetOf(encodeArpRequest(MAC, '192.168.1.66', '192.168.1.1'), timeMs))
  return ring.keep()
}

test('repeats fold into one alert and are reported now and then', () => {
  const { book } = fixture()
  const id = book.raise(finding(), START_MS)
  expect(book.drain(START_MS)).toMatchObject([{ alert: { id, count: 1, state: 'active' } }])
  expect(book.raise(finding(), START_MS + 1000)).toBe(id)
  expect(book.drain(START_MS + 1000)).toEqual([])
  expect(book.drain(START_MS + 6000)).toMatchObject([
    { alert: { id, count: 2, lastSeenMs: START_MS + 1000 } },
  ])
})

test('an escalation is reported at once, and a milder finding does not take it back', () => {
  const { book } = fixture()
  book.raise(finding(), START_MS)
  book.drain(START_MS)
  book.raise(finding({ severity: 'critical', seen: text('worse') }), START_MS + 10)
  expect(book.drain(START_MS + 10)).toMatchObject([
    { alert: { severity: 'critical', seen: { rule: 'worse' } } },
  ])
  book.raise(finding({ seen: text('better') }), START_MS + 20)
  expect(book.drain(START_MS + 9000)).toMatchObject([
    { alert: { severity: 'critical', seen: { rule: 'worse' }, count: 3 } },
  ])
})

test('of a check that is repeated, the last word counts', () => {
  const { book } = fixture()
  const id = book.raise(finding(), START_MS)
  const target = { ip: '192.168.1.1', mac: MAC }
  const check = { method: 'unicast_who_has', target } as const
  book.verified(id, { ...check, result: 'silent', atMs: START_MS + 10 })
  book.verified(id, { ...check, method: 'forwarding_probe', result: 'forwarded', atMs: START_MS + 20 })
  book.verified(id, { ...check, result: 'answered', atMs: START_MS + 30 })
  const results = book
    .find('arp_spoof', MAC, '192.168.1.1')
    ?.verifications.map(({ method, result }) => `${method} ${result}`)
  expect(results).toEqual(['forwarding_probe forwarded', 'unicast_who_has answered'])
})

test('quiet ends an alert, and the next is another one', () => {
  const { book } = fixture()
  const id = book.raise(finding(), START_MS)
  book.tick(START_MS + QUIET_MS - 1)
  expect(book.find('arp_spoof', MAC, '192.168.1.1')).toMatchObject({ id, state: 'active' })
  book.tick(START_MS + QUIET_MS)
  expect(book.drain(START_MS + QUIET_MS)).toMatchObject([{ alert: { id, state: 'ended' } }])
  expect(book.raise(finding(), START_MS + QUIET_MS)).not.toBe(id)
})

test('the same frames give the same ids', () => {
  const [a, b] = [fixture().book, fixture().book]
  expect(a.raise(finding(), START_MS)).toBe(b.raise(finding(), START_MS))
  expect(a.raise(finding({ ip: '192.168.1.2' }), START_MS)).toMatch(/^[0-9a-f]{32}$/)
})

test('more claimers than can be shown become one alert', () => {
  const { book } = fixture()
  for (let i = 0; i < MAX_ACTIVE_PER_KIND + 50; i++)
    book.raise(finding({ claimer: `claimer-${i}` }), START_MS)
  const alerts = book.drain(START_MS).map(({ alert }) => alert)
  expect(alerts).toHaveLength(MAX_ACTIVE_PER_KIND + 1)
  expect(alerts[alerts.length - 1]).toMatchObject({ count: 50, ip: '' })
  expect(book.tables()[0]).toMatchObject({ table: 'active_alerts', refused: 50 })
  book.raise(finding({ kind: 'ip_conflict' }), START_MS)
  expect(book.drain(START_MS)).toMatchObject([{ alert: { kind: 'ip_conflict' } }])
})

test('evidence is a pcapng file that tshark reads, with a comment per frame', () => {
  const { book, ring } = fixture()
  const frames = [keepFrame(ring, START_MS), keepFrame(ring, START_MS + 1000)]
  const reasonsFor = [
    { ...text('first_rule', { count: 2 }), frames },
    { ...text('second_rule'), frames: frames.slice(1) },
  ]
  book.raise(finding({ reasonsFor }), START_MS + 1000)
  const [update] = book.drain(START_MS + 1000)
  expect(update?.alert.reasonsFor.map((reason) => reason.frames)).toEqual([[1, 2], [2]])
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-'))
  try {
    const path = join(directory, 'evidence.pcapng')
    writeFileSync(path, update?.evidence ?? new Uint8Array())
    const fields = ['frame.time_epoch', 'frame.interface_name', 'arp.src.hw_mac', 'frame.comment']
    const argv = [
      '-r',
      path,
      '-T',
      'fields',
      '-E',
      'separator=|',
      ...fields.flatMap((field) => ['-e', field]),
    ]
    const output = execFileSync('tshark', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(output.trimEnd().split('\n')).toEqual([
      `1700000000.123456000|netwatcher|${MAC}|first_rule: first_rule, count 2`,
      `1700000001.123456000|netwatcher|${MAC}|first_rule: first_rule, count 2; second_rule`,
    ])
  } finally {
    rmSync(directory, { recursive: true })
  }
}, 60_000)

test('evidence is bounded, and frames that the ring has forgotten are left out', () => {
  const { book, ring } = fixture()
  const first = keepFrame(ring, START_MS)
  for (let i = 1; i <= 40; i++) keepFrame(ring, START_MS + i)
  book.raise(finding({ reasonsFor: [{ ...text('old'), frames: [first] }] }), START_MS)
  expect(book.drain(START_MS)).toMatchObject([{ alert: { reasonsFor: [{ frames: [] }] }, evidence: null }])
  for (let i = 0; i < 3000; i++) {
    const frames = [keepFrame(ring, START_MS + 100 + i)]
    book.raise(finding({ reasonsFor: [{ ...text(`rule-${i % 40}`), frames }] }), START_MS + 100 + i)
  }
  const [update] = book.drain(START_MS + 60_000)
  expect(update?.evidence?.length).toBeLessThan(64 * 1024)
})
