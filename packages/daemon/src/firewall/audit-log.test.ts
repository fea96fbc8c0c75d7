import { expect, test } from 'vitest'
import { type AuditEntry, AuditLog, MAX_AUDIT_ENTRIES } from './audit-log.js'
import { FakeTextFile } from './fake-text-file.js'

function entry(atMs: number): AuditEntry {
  return { atMs, action: 'plan', blockId: '', target: '10.0.0.1', detail: '' }
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
