/** Whatever comes over the wire: no throw, bounded memory, and copies never make it worse. */

import type { Severity } from '@netwatcher/shared'
import { claimantMacs } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeArp } from '../../wire/arp.js'
import { packetOf } from '../../wire/fake-frames.js'
import type { DetectionEngine } from './detection.js'
import { createDetectionEngine } from './engine.js'
import { ALICE, BOB, FakeTraffic, GATEWAY, MALLORY, NO_CONTEXT } from './fake-traffic.js'

interface Timed {
  timeMs: number
  frame: Uint8Array
}

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

function newEngine(): DetectionEngine {
  return createDetectionEngine(NO_CONTEXT, { learningMs: 0, activeVerification: true, allowedScanners: [] })
}

/** Highest severity of each kind. */
function replay(frames: readonly Timed[]): Map<string, number> {
  const engine = newEngine()
  const worst = new Map<string, number>()
  const collect = () => {
    for (const { alert } of engine.drain().alerts)
      worst.set(alert.kind, Math.max(worst.get(alert.kind) ?? 0, RANK[alert.severity]))
  }
  let tickMs = frames[0]?.timeMs ?? 0
  for (const { timeMs, frame } of frames) {
    for (; tickMs <= timeMs; tickMs += 1000) engine.tick(tickMs)
    engine.observe(packetOf(frame, timeMs))
    collect()
  }
  engine.tick(tickMs)
  collect()
  return worst
}

/** Frames of an ordinary LAN, an attack in it, and its clean-up. */
function recordedAttack(): Timed[] {
  const frames: Timed[] = []
  const lan = new FakeTraffic()
  const send = lan.send.bind(lan)
  lan.send = (frame) => {
    send(frame)
    frames.push({ timeMs: lan.nowMs, frame })
  }
  lan.settle()
  for (let i = 0; i < 6; i++) {
    lan.tell(MALLORY.mac, GATEWAY.ip, ALICE)
    lan.tell(MALLORY.mac, ALICE.ip, GATEWAY)
    lan.surf(BOB)
    lan.resolve(ALICE, BOB)
    lan.wait(2000)
  }
  lan.tell(GATEWAY.mac, GATEWAY.ip, ALICE, { sourceMac: MALLORY.mac })
  lan.dhcpAck(GATEWAY, BOB.mac, BOB.ip)
  lan.vrrp(BOB, '192.168.1.254')
  lan.announce(BOB.mac, '192.168.1.254')
  return frames
}

const ATTACK = recordedAttack()

test('shuffled, dropped, repeated and truncated frames never throw', () => {
  const mutation = fc.record({
    index: fc.nat(ATTACK.length - 1),
    cut: fc.nat(80),
    flip: fc.nat(200),
    value: fc.nat(255),
    shiftMs: fc.integer({ min: -90_000, max: 90_000 }),
  })
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 120 }), (mutations) => {
      const engine = newEngine()
      for (const { index, cut, flip, value, shiftMs } of mutations) {
        const original = ATTACK[index]
        if (!original) continue
        const frame = original.frame.slice(0, Math.max(0, original.frame.length - cut))
        if (flip < frame.length) frame[flip] = value
        engine.observe(packetOf(frame, original.timeMs + shiftMs))
        engine.tick(original.timeMs + shiftMs)
      }
      engine.drain()
    }),
    { numRuns: 100 },
  )
}, 30_000)

test('a copy of any frames within a millisecond changes no verdict', () => {
  const expected = replay(ATTACK)
  expect(Math.max(...expected.values())).toBe(RANK.critical)
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: ATTACK.length, maxLength: ATTACK.length }),
      (isCopied) => {
        const doubled = ATTACK.flatMap((timed, i) =>
          isCopied[i] ? [timed, { ...timed, timeMs: timed.timeMs + 0.5 }] : [timed],
        )
        expect(replay(doubled)).toEqual(expected)
      },
    ),
    { numRuns: 20 },
  )
}, 30_000)

test('honest traffic stays harmless when any of its frames are lost or come twice', () => {
  const frames: Timed[] = []
  const lan = new FakeTraffic()
  const send = lan.send.bind(lan)
  lan.send = (frame) => {
    send(frame)
    frames.push({ timeMs: lan.nowMs, frame })
  }
  for (let i = 0; i < 5; i++) {
    lan.settle()
    lan.askOne(ALICE, GATEWAY)
    lan.tell(GATEWAY.mac, GATEWAY.ip, ALICE)
    lan.announce(BOB.mac, BOB.ip)
  }
  fc.assert(
    fc.property(fc.array(fc.nat(2), { minLength: frames.length, maxLength: frames.length }), (copies) => {
      const mangled = frames.flatMap((timed, i) => new Array<Timed>(copies[i] ?? 1).fill(timed))
      const severities = [...replay(mangled).values()]
      expect(Math.max(0, ...severities)).toBe(RANK.info)
    }),
    { numRuns: 40 },
  )
}, 30_000)

test('a flood of invented MACs and addresses keeps its bounds and the real bindings', () => {
  const lan = new FakeTraffic()
  for (let i = 0; i < 4; i++) lan.settle([GATEWAY, ALICE, BOB])
  const engine = lan.engine
  for (let i = 0; i < 20_000; i++) {
    const mac = `02:00:00:${[i >> 16, (i >> 8) & 255, i & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`
    const frame = encodeArp({
      destinationMac: 'ff:ff:ff:ff:ff:ff',
      sourceMac: mac,
      operation: 1,
      senderMac: mac,
      senderIp: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      targetMac: '00:00:00:00:00:00',
      targetIp: '192.168.1.1',
    })
    engine.observe(packetOf(frame, lan.nowMs + i / 50))
    if (i % 5000 === 0) engine.tick(lan.nowMs + i / 50)
  }
  expect(engine.snapshot((timeMs) => timeMs).length).toBeLessThan(1 << 20)
  const bindings = engine.bindings()
  expect(bindings.length).toBeLessThanOrEqual(8192)
  for (const host of [GATEWAY, ALICE, BOB])
    expect(bindings).toContainEqual(expect.objectContaining({ ip: host.ip, mac: host.mac }))
  const output = engine.drain()
  expect(output.alerts.length).toBeLessThanOrEqual(29 * 65)
  expect(output.hosts.length).toBeLessThanOrEqual(4096)
}, 30_000)

test('a snapshot carries the bindings over; anything else is ignored', () => {
  const lan = new FakeTraffic()
  lan.settle()
  const restored = new FakeTraffic()
  restored.engine.restore(
    lan.engine.snapshot((timeMs) => timeMs),
    lan.nowMs,
  )
  restored.tell(MALLORY.mac, GATEWAY.ip, ALICE)
  restored.wait(1000)
  expect(restored.kinds().some((kind) => kind === 'arp_spoof' || kind === 'gateway_spoof')).toBe(true)
  expect(restored.alerts().some((alert) => alert.kind === 'new_device')).toBe(false)
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(toBytes)), (bytes) => {
      newEngine().restore(bytes, 0)
    }),
  )
  const hostile = toBytes(
    JSON.stringify({
      version: 1,
      bindings: [
        { vlan: '', ip: '192.168.1.1', mac: 'ff:ff:ff:ff:ff:ff', firstMs: 1, lastMs: 2 },
        { vlan: '../x', ip: '192.168.1.1', mac: GATEWAY.mac, firstMs: 1, lastMs: 2 },
        { vlan: '', ip: '010.0.0.1', mac: GATEWAY.mac, firstMs: 1, lastMs: 2 },
        { vlan: '', ip: '192.168.1.1', mac: GATEWAY.mac, firstMs: 3, lastMs: 2 },
      ],
    }),
  )
  const engine = newEngine()
  engine.restore(hostile, 0)
  expect(engine.bindings()).toEqual([])
})

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

test('own frames teach but never accuse', () => {
  const engine = createDetectionEngine(
    { ...NO_CONTEXT, ownMac: MALLORY.mac, ownIps: [MALLORY.ip] },
    { learningMs: 0, activeVerification: false, allowedScanners: [] },
  )
  for (const { timeMs, frame } of ATTACK) engine.observe(packetOf(frame, timeMs))
  const loud = engine.drain().alerts.filter(({ alert }) => alert.severity !== 'info')
  expect(loud.filter(({ alert }) => claimantMacs(alert.parties)[0] === MALLORY.mac)).toEqual([])
})
