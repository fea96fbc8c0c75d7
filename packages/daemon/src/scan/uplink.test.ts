import { expect, test } from 'vitest'
import { UplinkJudge } from './uplink.js'

const PATIENCE_MS = 60_000
const ROUND_MS = PATIENCE_MS / 4

type Answers = 'all' | 'gateway' | 'none'

/** Rounds as the watch has them: judged first, then asked, then perhaps answered. */
class Rounds {
  readonly judge = new UplinkJudge(PATIENCE_MS, 1000)
  nowMs = 1000

  run(rounds: number, answers: Answers): this {
    for (let i = 0; i < rounds; i++) {
      this.nowMs += ROUND_MS
      this.judge.judge(this.nowMs)
      this.judge.asked('gateway', this.nowMs)
      this.judge.asked('beyond', this.nowMs)
      if (answers !== 'none') this.judge.gatewayAnswered(this.nowMs + 1)
      if (answers === 'all') this.judge.beyondAnswered('resolver', this.nowMs + 2)
    }
    return this
  }

  get state() {
    return this.judge.status('192.0.2.1').state
  }
}

test('nothing is said before anybody has answered or kept silent long enough', () => {
  expect(new Rounds().run(3, 'none').state).toBe('unknown')
})

test('one answer from beyond the gateway is enough', () => {
  const rounds = new Rounds().run(1, 'all')
  expect(rounds.judge.status('192.0.2.1')).toEqual({
    state: 'up',
    sinceMs: rounds.nowMs + 2,
    answeredMs: rounds.nowMs + 2,
    evidence: 'resolver',
    gateway: '192.0.2.1',
    gatewayAnsweredMs: rounds.nowMs + 2,
  })
})

test.each([
  ['none', 'gateway_silent'],
  ['gateway', 'beyond_silent'],
] as const)(
  'with answers of %s for the patience it is %s, since the first question in vain',
  (answers, state) => {
    const rounds = new Rounds().run(2, 'all')
    const firstMs = rounds.nowMs + ROUND_MS
    expect(rounds.run(4, answers).state).toBe('up')
    expect(rounds.run(1, answers).judge.status('')).toMatchObject({ state, sinceMs: firstMs })
    expect(rounds.nowMs - firstMs).toBe(PATIENCE_MS)
  },
)

test('lost answers say nothing', () => {
  const rounds = new Rounds().run(1, 'all')
  for (let i = 0; i < 10; i++)
    expect(rounds.run(3, i % 2 ? 'none' : 'gateway').run(1, 'all').state).toBe('up')
})

test('an answer ends an outage at once', () => {
  const rounds = new Rounds().run(1, 'all').run(9, 'gateway')
  rounds.judge.beyondAnswered('connection', rounds.nowMs + 5)
  expect(rounds.judge.status('')).toMatchObject({
    state: 'up',
    sinceMs: rounds.nowMs + 5,
    evidence: 'connection',
  })
})

test('a gateway that dies later is told after its own patience, one that comes back at the next look', () => {
  const rounds = new Rounds().run(1, 'all').run(6, 'gateway')
  expect(rounds.run(4, 'none').state).toBe('beyond_silent')
  expect(rounds.run(1, 'none').state).toBe('gateway_silent')
  const beforeMs = rounds.nowMs
  expect(rounds.run(2, 'gateway').judge.status('')).toMatchObject({
    state: 'beyond_silent',
    sinceMs: beforeMs + 2 * ROUND_MS,
  })
})

test('who could not see says nothing, and after twice the patience that nothing is known', () => {
  const rounds = new Rounds().run(1, 'all')
  for (let i = 0; i < 8; i++) {
    rounds.judge.wasBlind()
    expect(rounds.run(1, 'none').state).toBe('up')
  }
  rounds.judge.wasBlind()
  expect(rounds.run(1, 'none').state).toBe('unknown')
})

test('where nobody beyond can be asked, a gateway that answers tells nothing of the internet', () => {
  const judge = new UplinkJudge(PATIENCE_MS, 0)
  const state = () => judge.status('').state
  for (let atMs = 0; atMs <= PATIENCE_MS; atMs += ROUND_MS) {
    judge.judge(atMs)
    judge.asked('gateway', atMs)
  }
  expect(state()).toBe('gateway_silent')
  judge.gatewayAnswered(PATIENCE_MS + 1)
  judge.judge(PATIENCE_MS + ROUND_MS)
  expect(state()).toBe('unknown')
})
