import { expect, test } from 'vitest'
import { judgeWatching, type WatchingFacts } from './watching.js'

const fine: WatchingFacts = {
  connection: 'live',
  isDaemonConnected: true,
  sensors: [{ interface: 'eth0', state: 'running' }],
}

test.each<[string, Partial<WatchingFacts>]>([
  ['watching', {}],
  ['connecting', { connection: 'connecting' }],
  ['connecting', { isDaemonConnected: null }],
  ['page_lost', { connection: 'lost' }],
  ['daemon_lost', { isDaemonConnected: false }],
  ['nothing', { sensors: [] }],
  ['nothing', { sensors: [{ interface: 'eth0', state: 'stopped' }] }],
  ['nothing', { sensors: [{ interface: 'eth0', state: 'retrying' }] }],
])('it is %s when %j', (kind, facts) => {
  expect(judgeWatching({ ...fine, ...facts })).toEqual({ kind })
})

test('one of two sensors that does not run is named', () => {
  const sensors = [...fine.sensors, { interface: 'wlan0', state: 'stopped' } as const]
  expect(judgeWatching({ ...fine, sensors })).toEqual({ kind: 'partly', down: ['wlan0'] })
})
