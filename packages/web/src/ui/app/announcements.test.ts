import { expect, test } from 'vitest'
import type { AlertRecord } from '../../contract/alerts.js'
import { dismissFirst, NO_ANNOUNCEMENTS, takeAlerts } from './announcements.js'

const OPENED = 1_000

function alert(id: string, changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id,
    severity: 'warning',
    state: 'active',
    acknowledgedMs: null,
    firstSeenMs: OPENED + 1,
    ...changes,
  } as AlertRecord
}

const take = (...alerts: AlertRecord[]) => takeAlerts(NO_ANNOUNCEMENTS, alerts, OPENED)
const waitingOf = ({ waiting }: typeof NO_ANNOUNCEMENTS) => waiting.map(({ id }) => id)

test('what a reload brings again is not announced, what begins afterwards is', () => {
  expect(waitingOf(take(alert('old', { firstSeenMs: OPENED - 1 }), alert('new')))).toEqual(['new'])
})

test('after a critical one the next warning still has its turn', () => {
  const first = take(alert('a', { severity: 'critical' }))
  const both = takeAlerts(first, [alert('a', { severity: 'critical' }), alert('b')], OPENED)
  expect(waitingOf(both)).toEqual(['a', 'b'])
  expect(waitingOf(dismissFirst(both))).toEqual(['b'])
})

test('the one that is shown stays, and of those that wait the worst is next', () => {
  const shown = take(alert('a'))
  const alerts = [alert('a'), alert('b'), alert('c', { severity: 'critical' })]
  expect(waitingOf(takeAlerts(shown, alerts, OPENED))).toEqual(['a', 'c', 'b'])
})

test('an alert is announced once, and again only when it has become worse', () => {
  const old = alert('a', { firstSeenMs: OPENED - 1 })
  const known = takeAlerts(NO_ANNOUNCEMENTS, [old], OPENED)
  expect(waitingOf(takeAlerts(known, [old], OPENED))).toEqual([])
  const worse = takeAlerts(known, [{ ...old, severity: 'critical' }], OPENED)
  expect(waitingOf(worse)).toEqual(['a'])
  expect(waitingOf(takeAlerts(dismissFirst(worse), [{ ...old, severity: 'critical' }], OPENED))).toEqual([])
})

test('notes, and what is ended or acknowledged, are not announced, and leave the queue', () => {
  const quiet = [
    alert('a', { severity: 'info' }),
    alert('b', { state: 'ended' }),
    alert('c', { acknowledgedMs: 2_000 }),
  ]
  expect(waitingOf(take(...quiet))).toEqual([])
  const both = take(alert('a'), alert('b'))
  expect(waitingOf(takeAlerts(both, [alert('a'), alert('b', { state: 'ended' })], OPENED))).toEqual(['a'])
})

test('a flood waits within bounds', () => {
  const flood = Array.from({ length: 500 }, (_, i) => alert(String(i)))
  expect(take(...flood).waiting).toHaveLength(20)
})
