import { NetWatcherError, NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { FakeTextFile } from '../os/fake-text-file.js'
import type { LogFields } from '../os/log.js'
import { AuditLog } from './audit-log.js'
import { AuditTrail } from './audit-trail.js'

function setUp() {
  const lines: LogFields[] = []
  const say = (message: string, fields: LogFields = {}) => void lines.push({ message, ...fields })
  const file = new FakeTextFile()
  const log = new AuditLog(file)
  const time = { nowMs: 0 }
  return {
    lines,
    file,
    log,
    time,
    trail: new AuditTrail(log, () => time.nowMs, { info: say, warn: say, error: say }),
  }
}

const REFUSAL = new NetWatcherError('permission_denied', 'GUARD_ROUTER', 'It is a router.')

test('a flood of refusals is a few lines of the log, which say how many were left out', () => {
  const { lines, log, time, trail } = setUp()
  for (let i = 0; i < 2040; i++) trail.refuse('plan', REFUSAL, 'group')
  expect(lines).toHaveLength(30)
  time.nowMs = 60_000
  trail.refuse('plan', REFUSAL, 'group')
  expect(lines.at(-1)).toMatchObject({ verb: 'plan', reason: 'GUARD_ROUTER', leftOut: 2010 })
  expect(log.newest(10)).toMatchObject([{ action: 'refuse', count: 2041, firstMs: 0, atMs: 60_000 }])
})

test('what happens to blocks is always logged, whatever else is', () => {
  const { lines, trail } = setUp()
  for (let i = 0; i < 100; i++) trail.record('pin', { targets: [`${i}`] }, NO_TEXT, 'group')
  for (let i = 0; i < 100; i++) trail.record('apply', { blockId: `${i}` }, NO_TEXT, 'group')
  expect(lines.filter(({ action }) => action === 'apply')).toHaveLength(100)
  expect(lines.filter(({ action }) => action === 'pin')).toHaveLength(30)
})

test('what cannot be written is kept and logged all the same, and said once', () => {
  const { lines, file, log, trail } = setUp()
  file.isFull = true
  for (const verb of ['plan', 'apply']) trail.refuse(verb, REFUSAL, 'group')
  expect(log.newest(10)).toHaveLength(2)
  expect(lines.filter(({ message }) => message === 'The audit could not be written')).toHaveLength(1)
})
