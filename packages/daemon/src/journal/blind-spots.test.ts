import { HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { StoredAlert } from '../model/alert.js'
import { BlindSpots } from './blind-spots.js'

const ROUTER = '192.168.1.1'
const GENUINE = '02:00:00:00:00:01'
const LIAR = '02:00:00:00:00:66'

function setUp() {
  const world = { nowMs: 1000, pinned: [] as { ip: string; mac: string }[], holder: GENUINE as string | null }
  const raised: StoredAlert[] = []
  const logged: string[] = []
  let ids = 0
  const spots = new BlindSpots({
    pinned: () => world.pinned,
    routers: () => [{ interface: 'eth0', ip: ROUTER }],
    holder: () => world.holder,
    raise: (alert) => void raised.push(alert),
    newId: () => `${++ids}`.padStart(32, '0'),
    nowMs: () => world.nowMs,
    log: { info: () => {}, warn: (text) => void logged.push(text), error: () => {} },
  })
  return { spots, world, raised, logged }
}

test('a capture that was stopped is a critical alert, said again every hour until it is started', () => {
  const { spots, world, raised, logged } = setUp()
  spots.stopped(['eth0'])
  spots.look()
  expect(raised).toMatchObject([
    { kind: 'watch_stopped', severity: 'critical', state: 'active', interface: 'eth0', count: 1 },
  ])
  for (let i = 0; i < 3; i++) {
    world.nowMs += HOUR_MS
    spots.look()
  }
  expect(raised.map(({ id, count }) => [id, count])).toEqual(
    [1, 2, 3, 4].map((count) => [raised[0]?.id, count]),
  )
  expect(logged).toHaveLength(4)
  spots.started(['eth0'])
  expect(raised.at(-1)).toMatchObject({ id: raised[0]?.id, state: 'ended' })
  spots.look()
  expect(raised).toHaveLength(5)
})

test('a router that is pinned to another MAC than has held it is one, whenever it was pinned', () => {
  const { spots, world, raised } = setUp()
  world.pinned = [{ ip: ROUTER, mac: LIAR }]
  spots.look()
  expect(raised).toMatchObject([
    {
      kind: 'watch_stopped',
      ip: ROUTER,
      parties: [
        { role: 'suspect', mac: LIAR },
        { role: 'holder', mac: GENUINE },
      ],
    },
  ])
  world.pinned = []
  spots.look()
  expect(raised.at(-1)?.state).toBe('ended')
})

test('pins of other addresses, of the holder, and of whom nobody knows are nothing', () => {
  const { spots, world, raised } = setUp()
  world.pinned = [
    { ip: ROUTER, mac: GENUINE },
    { ip: '192.168.1.7', mac: LIAR },
  ]
  spots.look()
  world.holder = null
  world.pinned = [{ ip: ROUTER, mac: LIAR }]
  spots.look()
  expect(raised).toEqual([])
})
