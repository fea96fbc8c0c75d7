import { NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { AuditEntry } from '../model/firewall.js'
import { AuditLog, MAX_AUDIT_ENTRIES } from './audit-log.js'
import { FakeTextFile } from './fake-text-file.js'

function entry(atMs: number): AuditEntry {
  return {
    atMs,
    action: 'plan',
    blockId: `${atMs}`,
    targets: ['10.0.0.1'],
    detail: NO_TEXT,
    via: 'group',
    count: 1,
  }
}

test('the newest entries are kept, in memory and on file, however many there were', () => {
  const file = new FakeTextFile()
  const log = new AuditLog(file)
  for (let i = 0; i < 5 * MAX_AUDIT_ENTRIES; i++) log.add(entry(i))
  expect(log.newest(2).map(({ atMs }) => atMs)).toEqual([4999, 4998])
  expect(log.newest(10_000)).toHaveLength(MAX_AUDIT_ENTRIES)
  expect(file.text?.split('\n').length).toBeLessThanOrEqual(2 * MAX_AUDIT_ENTRIES + 1)
  const again = new AuditLog(file)
  again.load()
  expect(again.newest(10_000)).toEqual(log.newest(10_000))
})

test('lines that are cut short or damaged are left out', () => {
  const good = JSON.stringify(entry(7))
  const log = new AuditLog(
    new FakeTextFile(`null\n{"atMs":1}\n{"atMs":1e999}\n${good}\n${good.slice(0, 20)}`),
  )
  log.load()
  expect(log.newest(10)).toEqual([entry(7)])
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
  for (let i = 0; i < 5000; i++) log.add({ ...refused, atMs: i })
  log.add({ ...refused, via: 'admin' })
  expect(log.newest(10).map(({ count, atMs }) => [count, atMs])).toEqual([
    [1, 1],
    [5000, 4999],
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
  const rest = { atMs: 3, action: 'apply', blockId: 'b', via: 'group', count: 1 }
  expect(log.newest(10)).toEqual([
    { ...rest, targets: [], detail: { rule: 'as_written', params: { text: '' } } },
    { ...rest, targets: ['10.0.0.1'], detail: { rule: 'as_written', params: { text: 'to be confirmed' } } },
  ])
})
