import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { FakeTextFile } from '../os/fake-text-file.js'
import { BindingHistory, MAX_ADDRESSES, MAX_CLAIMS } from './binding-history.js'

const GATEWAY = '192.168.1.1'
const GENUINE = 'aa:bb:cc:00:00:01'
const LIAR = 'aa:bb:cc:00:00:66'
const LOG = { info: () => {}, warn: () => {}, error: () => {} }

function setUp(file = new FakeTextFile()) {
  const clock = { nowMs: 100 * DAY_MS }
  const history = new BindingHistory(file, () => clock.nowMs, LOG)
  history.watch([GATEWAY])
  const see = (mac: string, ip = GATEWAY) => history.note([{ ip, mac, seenMs: clock.nowMs }])
  const macs = () => history.bindingsOf(GATEWAY).map(({ mac }) => mac)
  return { clock, history, see, macs, file }
}

test('every MAC of a day is remembered, with since when and until when', () => {
  const { clock, history, see } = setUp()
  const startMs = clock.nowMs
  see(GENUINE)
  clock.nowMs += 3 * HOUR_MS
  see(GENUINE)
  see('aa:bb:cc:00:00:77', '192.168.1.77')
  expect(history.bindingsOf(GATEWAY)).toEqual([
    { ip: GATEWAY, mac: GENUINE, firstMs: startMs, lastMs: clock.nowMs, isDisputed: false },
  ])
  expect(history.bindingsOf('192.168.1.77')).toEqual([])
})

test('two that claim it within minutes dispute it; one that was replaced does not', () => {
  const { clock, history, see } = setUp()
  see(GENUINE)
  clock.nowMs += 5 * MINUTE_MS
  see(LIAR)
  expect(history.bindingsOf(GATEWAY).map(({ isDisputed }) => isDisputed)).toEqual([true, true])
  clock.nowMs += 6 * MINUTE_MS
  expect(history.bindingsOf(GATEWAY).map(({ isDisputed }) => isDisputed)).toEqual([false, false])
})

test('after a day a MAC is forgotten, unless it is the last that is known', () => {
  const { clock, see, macs } = setUp()
  see(LIAR)
  clock.nowMs += HOUR_MS
  see(GENUINE)
  clock.nowMs += HOUR_MS
  see(GENUINE)
  clock.nowMs += DAY_MS - HOUR_MS
  expect(macs()).toEqual([GENUINE])
  clock.nowMs += 400 * DAY_MS
  expect(macs()).toEqual([GENUINE])
  see(LIAR)
  expect(macs()).toEqual([LIAR])
})

test('a flood of claims does not push out the one that was held longest', () => {
  const { clock, see, macs } = setUp()
  see(GENUINE)
  clock.nowMs += HOUR_MS
  see(GENUINE)
  for (let i = 0; i < 1000; i++) {
    clock.nowMs++
    see(`02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`)
  }
  expect(macs()).toHaveLength(MAX_CLAIMS)
  expect(macs()).toContain(GENUINE)
})

test('the addresses are bounded: those asked for last stay', () => {
  const { history, see, macs } = setUp()
  see(GENUINE)
  history.watch(Array.from({ length: MAX_ADDRESSES - 1 }, (_, i) => `10.0.0.${i}`))
  expect(macs()).toEqual([GENUINE])
  history.watch(['10.0.1.1'])
  expect(macs()).toEqual([])
})

test('of more than there is room for, those that are named first stay', () => {
  const { history, see, macs } = setUp()
  see(GENUINE)
  // Anybody can announce himself as a router by IPv6, from as many addresses as he likes.
  const announced = Array.from({ length: MAX_ADDRESSES }, (_, i) => `fe80::${(i + 1).toString(16)}`)
  history.watch([GATEWAY, ...announced])
  expect(macs()).toEqual([GENUINE])
})

test('it outlives a restart, in a file that is written once a minute at most', () => {
  const { clock, history, see, file } = setUp()
  see(GENUINE)
  clock.nowMs += MINUTE_MS / 2
  see(LIAR)
  expect(file.text).not.toContain(LIAR)
  clock.nowMs += MINUTE_MS / 2
  see(LIAR)
  expect(file.text).toContain(LIAR)
  const again = new BindingHistory(file, () => clock.nowMs, LOG)
  again.load()
  expect(again.bindingsOf(GATEWAY)).toEqual(history.bindingsOf(GATEWAY))
  file.isFull = true
  expect(() => history.save()).not.toThrow()
})

test.each([
  'not json',
  'null',
  '{"version":2,"claims":[]}',
  '{"version":1,"claims":[null]}',
  '{"version":1,"claims":[{"ip":"192.168.1.1","mac":"x","firstMs":1,"lastMs":2}]}',
  '{"version":1,"claims":[{"ip":"192.168.1.1","mac":"aa:bb:cc:00:00:01","firstMs":3,"lastMs":2}]}',
])('a damaged file (%s) is set aside', (text) => {
  const { history, macs, file } = setUp(new FakeTextFile(text))
  history.load()
  expect(macs()).toEqual([])
  expect(file.aside).toMatchObject([{ text }])
})
