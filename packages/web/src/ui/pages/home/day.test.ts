import { expect, test } from 'vitest'
import type { AuditResponse } from '../../../contract/firewall.js'
import type { IncidentRecord } from '../../../contract/incidents.js'
import type { UplinkSpan } from '../../../contract/internet.js'
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
      internet: [],
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
  const sources = { transitions: [], incidents: [incident(999)], blocks: [block(999, 'apply')], internet: [] }
  expect(eventsOfDay(sources, FROM_MS)).toEqual([])
})

test('an outage and its end are told with how long it lasted, the first good state is no news', () => {
  const span = (
    state: UplinkSpan['state'],
    fromMs: number,
    toMs: number | null,
    name = 'eth0',
  ): UplinkSpan => ({
    ...{ site: 'default', interface: name, state, fromMs, toMs },
    ...{ answeredMs: 0, evidence: 'none', gateway: '192.168.1.1', gatewayAnsweredMs: 0 },
  })
  const internet = [
    span('up', 2000, null),
    span('up', 1950, null, 'wlan0'),
    span('gateway_silent', 1700, 2000),
    span('unknown', 1600, 1700),
    span('beyond_silent', 1500, 1600),
    span('up', 1100, 1500),
  ]
  const events = eventsOfDay({ transitions: [], incidents: [], blocks: [], internet }, FROM_MS)
  expect(events.map((one) => [one.type, one.atMs, 'lastedMs' in one && one.lastedMs])).toEqual([
    ['online', 2000, 500],
    ['offline', 1700, 300],
    ['offline', 1500, 100],
  ])
})
