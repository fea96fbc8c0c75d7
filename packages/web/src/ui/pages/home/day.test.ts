import { expect, test } from 'vitest'
import type { AuditResponse } from '../../../contract/firewall.js'
import type { IncidentRecord } from '../../../contract/incidents.js'
import { eventsOfDay } from './day.js'

const FROM_MS = 1000
const transition = (atMs: number, isPresent: boolean, isFirst = false) => ({
  ...{ atMs, deviceId: 1, device: 'aa:bb:cc:dd:ee:01', deviceName: 'Laptop', vendor: null },
  ...{ isPresent, isFirst },
})
const block = (atMs: number, action: string) =>
  ({ atMs, action, blockId: 'b', targets: ['192.168.1.66'] }) as AuditResponse['entries'][number]
const incident = (firstSeenMs: number) => ({ id: 'i', firstSeenMs, severity: 'critical' }) as IncidentRecord

test('joins, leaves, incidents and blocks of the day are one list, the newest first', () => {
  const events = eventsOfDay(
    {
      transitions: [transition(1500, false), transition(1200, true), transition(1100, true, true)],
      incidents: [incident(1400)],
      blocks: [block(1600, 'revoke'), block(1450, 'apply'), block(1440, 'plan')],
    },
    FROM_MS,
  )
  expect(events.map(({ type }) => type)).toEqual([
    'unblocked',
    'left',
    'blocked',
    'incident',
    'came',
    'first',
  ])
  // A device that comes twice is there twice.
  expect(new Set(events.map(({ key }) => key)).size).toBe(events.length)
})

test('what was before is left out', () => {
  const sources = { transitions: [], incidents: [incident(999)], blocks: [block(999, 'apply')] }
  expect(eventsOfDay(sources, FROM_MS)).toEqual([])
})
