import { HOUR_MS, NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { AuditEntry } from '../model/audit.js'
import { FakeTextFile } from '../os/fake-text-file.js'
import { AUDIT_CAPACITY, MAX_AUDIT_ENTRIES } from './audit-book.js'
import { AuditLog } from './audit-log.js'

function entry(atMs: number): AuditEntry {
  return {
    atMs,
    firstMs: atMs,
    action: 'apply',
    blockId: `${atMs}`,
    targets: ['10.0.0.1'],
    detail: NO_TEXT,
    via: 'group',
    verb: '',
    reason: '',
    count: 1,
  }
}

test('the newest entries are kept, in memory and on file, however many there were', () => {
  const file = new FakeTextFile()
  const log = new AuditLog(file)
  for (let i = 0; i < 5 * MAX_AUDIT_ENTRIES; i++) log.add(entry(i))
  expect(log.newest(2).map(({ atMs }) => atMs)).toEqual([4999, 4998])
  expect(log.newest(10_000)).toHaveLength(AUDIT_CAPACITY.block)
  expect(file.text?.split('\n').length).toBeLessThanOrEqual(2 * MAX_AUDIT_ENTRIES + 1)
  const again = new AuditLog(file)
  again.load()
  expect(again.newest(10_000)).toEqual(log.newest(10_000))
})

const GOOD = JSON.stringify(entry(7))

test('a last line that is cut short is left out, and the next one stands on its own', () => {
  const file = new FakeTextFile(`${GOOD}\n${GOOD.slice(0, 20)}`)
  const log = new AuditLog(file)
  log.load()
  log.add(entry(8))
  const again = new AuditLog(file)
  again.load()
  expect(again.newest(10)).toEqual([entry(8), entry(7)])
  expect(file.aside).toEqual([])
})

test('a file with damaged lines is set aside, and goes on with what is sound', () => {
  const text = `null\n{"atMs":1}\n{"atMs":1e999}\n${GOOD.replace('apply', 'constructor')}\n${GOOD}\n`
  const file = new FakeTextFile(text)
  const log = new AuditLog(file)
  log.load()
  expect(log.newest(10)).toEqual([entry(7)])
  expect(file.aside).toEqual([{ text, why: '4 of its 5 lines could not be read' }])
  log.add(entry(8))
  expect(
    file.text
      ?.trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([entry(7), entry(8)])
})

test('an entry is kept in memory when the disk is full', () => {
  const file = new FakeTextFile()
  file.isFull = true
  const log = new AuditLog(file)
  expect(() => log.add(entry(1))).toThrow('ENOSPC')
  expect(log.newest(10)).toEqual([entry(1)])
})

test('the same again and again is one entry with a count, over a restart, too', () => {
  const file = new FakeTextFile()
  const log = new AuditLog(file)
  const refused: AuditEntry = { ...entry(1), action: 'refuse', blockId: '' }
  for (let i = 0; i < 5000; i++) log.add({ ...refused, atMs: i, firstMs: i })
  log.add({ ...refused, via: 'admin' })
  expect(log.newest(10).map(({ count, firstMs, atMs }) => [count, firstMs, atMs])).toEqual([
    [1, 1, 1],
    [5000, 0, 4999],
  ])
  const again = new AuditLog(file)
  again.load()
  expect(again.newest(10)).toEqual(log.newest(10))
})

test('the lines of version 0.1, with one target and an English detail, are read', () => {
  const old = { atMs: 3, action: 'apply', blockId: 'b', target: '10.0.0.1', detail: 'to be confirmed' }
  const log = new AuditLog(
    new FakeTextFile(`${JSON.stringify(old)}\n${JSON.stringify({ ...old, target: '', detail: '' })}\n`),
  )
  log.load()
  const rest = {
    atMs: 3,
    firstMs: 3,
    action: 'apply',
    blockId: 'b',
    via: 'group',
    verb: '',
    reason: '',
    count: 1,
  }
  expect(log.newest(10)).toEqual([
    { ...rest, targets: [], detail: NO_TEXT },
    { ...rest, targets: ['10.0.0.1'], detail: { rule: 'as_written', params: { text: 'to be confirmed' } } },
  ])
})

test('whatever is refused, planned or changed about watching, what happened to blocks stays', () => {
  const log = new AuditLog(new FakeTextFile())
  log.add(entry(0))
  const flood = Array.from({ length: 2 * MAX_AUDIT_ENTRIES }, (_, i) => {
    const one = { ...entry(i), blockId: '', targets: [`${i}`] }
    return [
      { ...one, action: 'refuse', verb: 'plan', reason: `R${i}` },
      { ...one, action: 'plan' },
      { ...one, action: 'pin' },
    ] as const
  })
  for (const one of flood.flat()) log.add({ ...one, targets: [...one.targets] })
  const kept = log.newest(MAX_AUDIT_ENTRIES)
  expect(kept.filter(({ action }) => action === 'apply')).toEqual([entry(0)])
  expect(kept).toHaveLength(1 + AUDIT_CAPACITY.refusal + AUDIT_CAPACITY.plan + AUDIT_CAPACITY.watching)
})

test('a refusal is the same whatever it was about, until it has paused for an hour', () => {
  const log = new AuditLog(new FakeTextFile())
  const refused = { ...entry(0), action: 'refuse', verb: 'plan', reason: 'GUARD_ROUTER' } as const
  for (const one of ['10.0.0.1', '10.0.0.2']) log.add({ ...refused, blockId: one, targets: [one] })
  log.add({ ...refused, targets: [], verb: 'apply' })
  log.add({ ...refused, targets: [], atMs: HOUR_MS + 1, firstMs: HOUR_MS + 1 })
  expect(log.newest(10).map(({ verb, count }) => [verb, count])).toEqual([
    ['plan', 1],
    ['apply', 1],
    ['plan', 2],
  ])
})
