import { expect, test } from 'vitest'
import { ALICE, FakeTraffic, GATEWAY, MALLORY } from './fake-traffic.js'

const YEAR_MS = 365 * 86_400_000
const same = (timeMs: number) => timeMs

/** What a run whose clock was ahead by so much leaves to the next. */
function savedWithClockAhead(aheadMs: number): Uint8Array {
  const lan = new FakeTraffic()
  lan.settle()
  return lan.engine.snapshot((timeMs) => timeMs + aheadMs)
}

test.each([
  ['right', 0],
  ['ahead', YEAR_MS],
  ['behind', -YEAR_MS],
])('a clock that was %s in the earlier run: known hosts are quiet, a spoof is found', (_, aheadMs) => {
  const next = new FakeTraffic()
  next.engine.restore(savedWithClockAhead(aheadMs), next.nowMs)
  for (const { seenMs } of next.engine.bindings()) expect(seenMs).toBeLessThanOrEqual(next.nowMs)
  next.settle()
  next.wait(60_000)
  expect(next.loud()).toEqual([])
  for (let i = 0; i < 30; i++) {
    next.tell(MALLORY.mac, GATEWAY.ip, ALICE)
    next.wait(2000)
  }
  expect(next.kinds()).toContain('gateway_spoof')
})

test('a binding of the future keeps its age', () => {
  const lan = new FakeTraffic()
  lan.settle()
  const ages = (bytes: Uint8Array) =>
    JSON.parse(new TextDecoder().decode(bytes)).bindings.map(
      ({ firstMs, lastMs }: { firstMs: number; lastMs: number }) => lastMs - firstMs,
    )
  const before = ages(lan.engine.snapshot(same))
  const next = new FakeTraffic()
  next.engine.restore(savedWithClockAhead(YEAR_MS), next.nowMs)
  expect(ages(next.engine.snapshot(same))).toEqual(before)
})
