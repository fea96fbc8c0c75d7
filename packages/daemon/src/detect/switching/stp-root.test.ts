import { ZERO_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { bpduFrame, topologyChangeFrame, u16 } from '../../wire/fake-frames.js'
import { BOB, FakeTraffic, MALLORY } from '../engine/fake-traffic.js'

const ROOT = '00:1c:0e:00:00:01'
const SWITCH = '00:1c:0e:00:00:09'

function bpdus(traffic: FakeTraffic, count: number, source: string, priority: number, root: string) {
  for (let i = 0; i < count; i++) {
    traffic.send(bpduFrame(source, priority, root, source))
    traffic.wait(2000)
  }
}

const rootChanges = (traffic: FakeTraffic) =>
  traffic.alerts().flatMap(({ kind, severity }) => (kind === 'stp_root_change' ? [severity] : []))
const hexByte = (byte: number) => byte.toString(16).padStart(2, '0')

test('finds a stranger that becomes the root bridge', () => {
  const traffic = new FakeTraffic()
  bpdus(traffic, 5, SWITCH, 0x8000, ROOT)
  bpdus(traffic, 1, MALLORY.mac, 0x1000, MALLORY.mac)
  expect(traffic.loud()).toEqual(['stp_root_change/warning'])
})

test('finds a root that contradicts itself', () => {
  const traffic = new FakeTraffic()
  for (const priority of [0x8000, 0x1000, 0x8000]) bpdus(traffic, 1, SWITCH, priority, ROOT)
  expect(traffic.loud()).toEqual(['stp_root_change/warning'])
})

test.each<[string, string, number, string]>([
  ['warns of a host that makes itself the root', MALLORY.mac, 0x1000, 'warning'],
  ['notes a host with a bridge that gives way to every other', MALLORY.mac, 0x9000, 'info'],
  ['warns of a bridge that makes itself the root', SWITCH, 0x1000, 'warning'],
  ['notes a switch that is plugged in', SWITCH, 0x8000, 'info'],
])('where no spanning tree was, %s', (_, mac, priority, severity) => {
  const traffic = new FakeTraffic()
  traffic.settle()
  bpdus(traffic, 3, mac, priority, mac)
  expect(rootChanges(traffic)).toEqual([severity])
})

test('says nothing of a tree that was there from the start', () => {
  const traffic = new FakeTraffic()
  bpdus(traffic, 3, SWITCH, 0, SWITCH)
  expect(rootChanges(traffic)).toEqual([])
})

test.each<[string, Parameters<typeof bpduFrame>]>([
  ['a root whose own word is old', [MALLORY.mac, 0x8000, MALLORY.mac, MALLORY.mac, { messageAgeSeconds: 1 }]],
  ['a root that is away from itself', [MALLORY.mac, 0x8000, MALLORY.mac, MALLORY.mac, { rootPathCost: 4 }]],
  ['a root without an address', [MALLORY.mac, 0, ZERO_MAC, ZERO_MAC]],
])('knows %s for forged at once', (_, fields) => {
  const traffic = new FakeTraffic()
  traffic.send(bpduFrame(...fields))
  expect(rootChanges(traffic)).toEqual(['warning'])
})

test('is not confused by worse announcements: a booting switch, a forger who speaks twice', () => {
  const booting = new FakeTraffic()
  bpdus(booting, 5, SWITCH, 0x8000, ROOT)
  for (const _ of [1, 2]) {
    bpdus(booting, 1, BOB.mac, 0x9000, BOB.mac)
    bpdus(booting, 1, SWITCH, 0x8000, ROOT)
  }
  expect(rootChanges(booting)).toEqual([])
  bpdus(booting, 1, MALLORY.mac, 0xf000, MALLORY.mac)
  bpdus(booting, 1, SWITCH, 0x8000, ROOT)
  bpdus(booting, 1, '02:00:00:00:00:99', 0x1000, '02:00:00:00:00:99')
  expect(rootChanges(booting)).toEqual(['warning'])
})

test.each([
  ['bridges', (mac: string, i: number) => bpduFrame(mac, (i * 4096) & 0xf000, mac)],
  ['topology changes', (mac: string) => topologyChangeFrame(mac)],
])('finds a flood of %s without an alert for each', (_, frame) => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 400; i++) traffic.send(frame(`02:00:00:00:${u16(i).map(hexByte).join(':')}`, i))
  expect(rootChanges(traffic)).toContain('warning')
  expect(rootChanges(traffic).length).toBeLessThan(5)
})

test('lets a root fail, be replaced and come back', () => {
  const traffic = new FakeTraffic()
  bpdus(traffic, 10, SWITCH, 0x8000, ROOT)
  bpdus(traffic, 10, SWITCH, 0x8000, SWITCH)
  bpdus(traffic, 10, SWITCH, 0x8000, ROOT)
  expect(traffic.loud()).toEqual([])
})
