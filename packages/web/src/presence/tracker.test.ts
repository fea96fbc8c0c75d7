import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Patience } from '../contract/devices.js'
import type { Host } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import type { Store } from '../storage/store.js'
import { createTestStore, event, hostOf, SENSOR, SOURCE, scanSummary } from '../testing/test-store.js'
import { sessionsOf, type Transition } from './sessions.js'
import { PresenceTracker } from './tracker.js'

const START = 1_800_000_000_000
const STEP_MS = 30_000

/** How a host behaves: whether it speaks by itself, or answers a question, at a moment. */
interface Life {
  ip: string
  mac: string
  patience?: Patience
  speaks: (atMs: number) => boolean
  /** `asked` counts the questions so far. */
  answers: (atMs: number, asked: number) => boolean
}

/** A network in simulated time, with a sensor that runs until told otherwise. */
class Home {
  nowMs = START
  isWatched = true
  readonly told: string[] = []
  readonly #tracker: PresenceTracker
  readonly #asked = new Map<string, number>()
  #sequence = 0

  constructor(
    readonly store: Store,
    private readonly hosts: readonly Life[],
  ) {
    this.#tracker = new PresenceTracker({
      store,
      daemons: { watchingSinceMs: () => (this.isWatched ? START - HOUR_MS : null) },
      ask: (_sensor, ips) => this.#ask(ips),
      nowMs: () => this.nowMs,
      onChanged: (macs) => this.told.push(...macs),
    })
  }

  async run(ms: number): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += STEP_MS) {
      const speaking = this.hosts.filter(({ speaks }) => this.isWatched && speaks(this.nowMs))
      if (speaking.length > 0) await this.#apply('observation', speaking)
      if (this.nowMs === START) await this.#settle()
      await this.#tracker.update()
    }
  }

  /** A scan of all, which asks each three times. */
  async scan(found = this.hosts.filter((host) => this.#answersOneOf(host, 3))): Promise<void> {
    await this.#apply('scan', found)
  }

  async presenceOf(mac: string) {
    return (await this.store.devices.get(mac))?.presence
  }

  async transitionsOf(mac: string): Promise<Transition[]> {
    return await this.store.presence.transitions(mac, 0)
  }

  async #settle(): Promise<void> {
    for (const { mac, patience } of this.hosts) {
      const id = await this.store.inventory.idOf(mac)
      if (id === null || !patience) continue
      const change = { patch: { patience }, addTags: [], removeTags: [] }
      await this.store.inventory.change({ ids: [id] }, change, { atMs: START, source: 'person' })
    }
  }

  async #ask(ips: readonly string[]): Promise<boolean> {
    const there = this.hosts.filter((host) => ips.includes(host.ip) && this.#answersOneOf(host, 3))
    if (there.length > 0) await this.#apply('observation', there)
    return true
  }

  #answersOneOf(host: Life, questions: number): boolean {
    let hasAnswered = false
    for (let i = 0; i < questions; i++) {
      const asked = (this.#asked.get(host.mac) ?? 0) + 1
      this.#asked.set(host.mac, asked)
      hasAnswered ||= host.answers(this.nowMs, asked)
    }
    return hasAnswered
  }

  async #apply(kind: 'observation' | 'scan', lives: readonly Life[]): Promise<void> {
    const hosts: Host[] = lives.map(({ ip, mac }) => hostOf(ip, mac, { seenMs: this.nowMs }))
    const payload =
      kind === 'scan'
        ? { kind, sensor: SENSOR, summary: scanSummary({ found: hosts.length }), hosts }
        : { kind, hosts, names: [], clues: [] }
    await applyEvents(
      this.store,
      SOURCE,
      [{ ...event(++this.#sequence, payload), atMs: this.nowMs }],
      this.nowMs,
    )
  }
}

const always = () => true
const never = () => false
const macOf = (n: number) => `aa:bb:cc:dd:ee:0${n}`
const life = (n: number, change: Partial<Life>): Life => ({
  ip: `10.0.0.${n}`,
  mac: macOf(n),
  speaks: always,
  answers: always,
  ...change,
})
/** Says something at the start only. */
const once = (atMs: number) => atMs === START

test('hosts that sleep and answer every third question are not called offline', {
  timeout: 60_000,
}, async () => {
  await using test = await createTestStore()
  const asleep = [2, 3, 4].map((n) => life(n, { speaks: once, answers: (_at, asked) => asked % 3 === 0 }))
  const home = new Home(test.store, [life(1, {}), ...asleep])
  await home.run(HOUR_MS)
  await home.scan()
  await home.run(HOUR_MS)
  for (const { mac } of asleep) {
    expect(await home.transitionsOf(mac)).toEqual([{ atMs: START, isPresent: true }])
    expect(['online', 'idle']).toContain(await home.presenceOf(mac))
  }
})

test('one that leaves is told within its patience, as gone since it was last seen', async () => {
  await using test = await createTestStore()
  const leftMs = START + 10 * MINUTE_MS
  const untilThen = (atMs: number) => atMs < leftMs
  const leaving = { speaks: untilThen, answers: untilThen }
  const home = new Home(test.store, [
    life(1, {}),
    life(2, { ...leaving, patience: 'always_on' }),
    life(3, { ...leaving, patience: 'normal' }),
    life(4, { ...leaving, patience: 'sleepy' }),
  ])
  await home.run(16 * MINUTE_MS)
  expect(await home.presenceOf(macOf(2))).toBe('offline')
  expect(await home.presenceOf(macOf(3))).toBe('idle')
  await home.run(25 * MINUTE_MS)
  expect(await home.presenceOf(macOf(3))).toBe('offline')
  expect(await home.presenceOf(macOf(4))).toBe('idle')
  const span = { fromMs: START, toMs: home.nowMs }
  expect(sessionsOf(await home.transitionsOf(macOf(3)), span)).toEqual([
    { fromMs: START, toMs: leftMs - STEP_MS, isOpen: false },
  ])
})

test('two scans that miss a host ask it once more before it is called offline', async () => {
  await using test = await createTestStore()
  const home = new Home(test.store, [life(1, {}), life(2, { speaks: once })])
  await home.run(MINUTE_MS)
  await home.scan([life(1, {})])
  await home.scan([life(1, {})])
  await home.run(MINUTE_MS)
  expect(await home.presenceOf(macOf(2))).toBe('online')
  expect(await home.transitionsOf(macOf(2))).toHaveLength(1)
})

test('a scan that finds nobody makes the sensor blind, and nobody absent', async () => {
  await using test = await createTestStore()
  const hosts = [1, 2, 3, 4].map((n) => life(n, { speaks: once, answers: never }))
  const home = new Home(test.store, hosts)
  await home.run(MINUTE_MS)
  await home.scan([])
  await home.run(2 * HOUR_MS)
  expect(await home.store.presence.blindness(0)).toMatchObject([
    { cause: 'scan_found_nobody', untilMs: null },
  ])
  for (const { mac } of hosts) {
    expect(await home.presenceOf(mac)).toBe('unknown')
    expect(await home.transitionsOf(mac)).toHaveLength(1)
  }
})

test('when all fall silent at once it is one event of the sensor, which ends when one is seen', async () => {
  await using test = await createTestStore()
  const backMs = START + 2 * HOUR_MS
  const away = (atMs: number) => atMs < START + 5 * MINUTE_MS || atMs >= backMs
  const hosts = [1, 2, 3, 4, 5].map((n) => life(n, { speaks: away, answers: away }))
  const home = new Home(test.store, hosts)
  await home.run(HOUR_MS)
  expect(await home.presenceOf(macOf(3))).toBe('unknown')
  await home.run(2 * HOUR_MS)
  const blind = await home.store.presence.blindness(0)
  expect(blind).toMatchObject([{ cause: 'all_silent' }])
  expect(blind[0]?.untilMs).toBeGreaterThanOrEqual(backMs)
  for (const { mac } of hosts) {
    expect(await home.presenceOf(mac)).toBe('online')
    expect(await home.transitionsOf(mac)).toHaveLength(1)
  }
})

test('while the sensor does not run nobody leaves, and after it they have their patience again', async () => {
  await using test = await createTestStore()
  const home = new Home(
    test.store,
    [1, 2].map((n) => life(n, { speaks: once, answers: never })),
  )
  await home.run(MINUTE_MS)
  home.isWatched = false
  await home.run(2 * HOUR_MS)
  expect(await home.presenceOf(macOf(1))).toBe('unknown')
  home.isWatched = true
  await home.run(20 * MINUTE_MS)
  expect(await home.presenceOf(macOf(1))).toBe('unknown')
  await home.run(15 * MINUTE_MS)
  expect(await home.presenceOf(macOf(1))).toBe('offline')
  expect(await home.store.presence.blindness(0)).toMatchObject([{ cause: 'not_watching' }])
})
