import { expect, test } from 'vitest'
import { judgeInternet, judgeThreat, judgeWatch } from './judge.js'

const NOW_MS = 1_700_000_000_000
const sensor = { state: 'running' as const, dropped: 0, packets: 1_000_000, learningUntilMs: 0 }
const READ = { info: 0, warning: 0, critical: 0 }
const watching = { kind: 'watching' as const }

test('what does not watch is said before anything else', () => {
  const lossy = [{ ...sensor, dropped: 500_000 }]
  expect(judgeWatch({ kind: 'daemon_lost' }, lossy, NOW_MS)).toEqual({ kind: 'daemon_lost' })
  expect(judgeWatch({ kind: 'partly', down: ['eth1'] }, lossy, NOW_MS).kind).toBe('partly')
})

test.each([
  ['all is counted', [sensor], { kind: 'watching' }],
  ['one frame in a thousand may be lost', [{ ...sensor, dropped: 1000 }], { kind: 'watching' }],
  ['more may not', [{ ...sensor, dropped: 1001 }], { kind: 'lossy', dropped: 1001 }],
  [
    'a sensor that stands loses nothing',
    [sensor, { ...sensor, state: 'stopped' as const, dropped: 9_999_999 }],
    watching,
  ],
  [
    'it is still learning',
    [{ ...sensor, learningUntilMs: NOW_MS + 1 }],
    { kind: 'learning', untilMs: NOW_MS + 1 },
  ],
])('%s', (_what, sensors, expected) => {
  expect(judgeWatch(watching, sensors, NOW_MS)).toEqual(expected)
})

test('the worst of the open incidents is the threat, whatever was read or has ended', () => {
  const of = (
    state: 'open' | 'acknowledged' | 'ended',
    severity: 'info' | 'warning' | 'critical',
    count: number,
  ) => ({
    ...{ state, severity, count },
  })
  expect(judgeThreat([], READ)).toEqual({ severity: 'none', count: 0 })
  expect(judgeThreat([of('open', 'info', 9), of('ended', 'critical', 4)], READ)).toEqual({
    severity: 'none',
    count: 0,
  })
  expect(judgeThreat([of('open', 'warning', 3), of('acknowledged', 'critical', 1)], READ)).toEqual({
    severity: 'warning',
    count: 3,
  })
  expect(judgeThreat([of('open', 'warning', 3), of('open', 'critical', 2)], READ)).toEqual({
    severity: 'critical',
    count: 2,
  })
})

test('a critical alert that has ended is no peace while nobody has read it', () => {
  const unread = { ...READ, critical: 2 }
  expect(judgeThreat([], unread)).toEqual({ severity: 'over', count: 2 })
  const open = { state: 'open', severity: 'warning', count: 1 } as const
  expect(judgeThreat([open], unread)).toEqual({ severity: 'warning', count: 1 })
  expect(judgeThreat([], { ...READ, warning: 3 })).toEqual({ severity: 'none', count: 0 })
})

test.each([
  ['nobody watches it', [null], null],
  ['one way out works', ['gateway_silent', 'up'], 'up'],
  ['both do not', ['gateway_silent', 'beyond_silent'], 'beyond_silent'],
  ['it is not known of the other', ['unknown', 'gateway_silent'], 'gateway_silent'],
] as const)('of the internet: %s', (_what, states, expected) => {
  const rest = { sinceMs: 0, answeredMs: 0, evidence: 'none', gateway: '', gatewayAnsweredMs: 0 } as const
  const sensors = states.map((state) => ({ state: 'running' as const, uplink: state && { state, ...rest } }))
  expect(judgeInternet(sensors)?.state ?? null).toBe(expected)
})

test('what a sensor said before it stopped is not known any more', () => {
  const uplink = {
    state: 'up',
    sinceMs: 0,
    answeredMs: 0,
    evidence: 'none',
    gateway: '',
    gatewayAnsweredMs: 0,
  } as const
  expect(judgeInternet([{ state: 'retrying', uplink }])?.state).toBe('unknown')
})
