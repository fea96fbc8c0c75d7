import { expect, test } from 'vitest'
import { judgeThreat, judgeWatch } from './judge.js'

const NOW_MS = 1_700_000_000_000
const sensor = { state: 'running' as const, dropped: 0, packets: 1_000_000, learningUntilMs: 0 }
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
  expect(judgeThreat([])).toEqual({ severity: 'none', count: 0 })
  expect(judgeThreat([of('open', 'info', 9), of('ended', 'critical', 4)])).toEqual({
    severity: 'none',
    count: 0,
  })
  expect(judgeThreat([of('open', 'warning', 3), of('acknowledged', 'critical', 1)])).toEqual({
    severity: 'warning',
    count: 3,
  })
  expect(judgeThreat([of('open', 'warning', 3), of('open', 'critical', 2)])).toEqual({
    severity: 'critical',
    count: 2,
  })
})
