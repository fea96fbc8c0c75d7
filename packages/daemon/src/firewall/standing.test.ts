import { randomBytes } from 'node:crypto'
import { DAY_MS, HOUR_MS, MINUTE_MS, NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { fakeAudit } from '../journal/fake-audit.js'
import type { BlockRequest, BlockView, PolicyRequest, Schedule } from '../model/firewall.js'
import { FakeTextFile } from '../os/fake-text-file.js'
import { BelievedClock } from './believed-clock.js'
import { BlockStore } from './block-store.js'
import { FakeClock } from './fake-clock.js'
import { FakeIptables } from './fake-iptables.js'
import { Firewall, type FirewallDependencies } from './firewall.js'
import type { GuardFacts } from './guard.js'

/** 2026-01-01 0:00 UTC, where the clock of tests starts, is a Thursday. */
const EVENING = { weekday: 4, startMinute: 21 * 60, endMinute: 6 * 60 }
const BEDTIME: Schedule = { slots: [EVENING], exceptions: [], timeZone: 'UTC' }
const SCHEDULE: PolicyRequest = { kind: 'schedule', interfaces: [], admittedMacs: [] }
const LAPTOP = 'aa:bb:cc:dd:ee:01'
const NEWCOMER = 'aa:bb:cc:dd:ee:99'
const QUARANTINE: PolicyRequest = { kind: 'quarantine', interfaces: ['eth1'], admittedMacs: [LAPTOP] }

const FACTS: GuardFacts = {
  ownAddresses: [{ ip: '192.168.1.1', prefixLength: 24 }],
  ownMacs: ['aa:bb:cc:00:00:05'],
  routers: ['203.0.113.1'],
  dnsServers: ['9.9.9.9'],
  dhcpServers: [],
  sshPeers: [],
  neighbors: [],
  claims: [],
  pinned: [],
  unknownRouters: [],
  isForwarding: true,
  servedLinks: [{ interface: 'eth1', subnets: ['192.168.1.0/24'] }],
}

async function setUp(overrides: Partial<FirewallDependencies> = {}) {
  const iptables = new FakeIptables()
  const clock = new FakeClock()
  const stateFile = new FakeTextFile()
  const facts: { now: GuardFacts | null } = { now: FACTS }
  const suspended: BlockView[] = []
  const audit = fakeAudit(() => clock.wallMs())
  const create = (more: Partial<FirewallDependencies> = {}) =>
    new Firewall({
      isAllowed: true,
      allowedPolicies: ['schedule', 'quarantine'],
      believedMs: () => clock.wallMs(),
      iptables,
      guardFacts: {
        read: async () => {
          if (facts.now) return facts.now
          throw new NetWatcherError('unavailable', 'GUARD_FACTS_UNAVAILABLE', 'no routes')
        },
      },
      store: new BlockStore(stateFile),
      audit: audit.trail,
      clock,
      randomBytes,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      onChange: () => {},
      onSuspended: (block) => suspended.push(block),
      watchRoutes: () => () => {},
      ...overrides,
      ...more,
    })
  const firewall = create()
  await firewall.start()
  const story = (count: number) => audit.log.newest(count).map(({ action }) => action)
  const rules = async () => [...(await iptables.rules(4)), ...(await iptables.rules(6))]
  return { firewall, iptables, clock, stateFile, facts, suspended, create, story, rules }
}

function request(changes: Partial<BlockRequest> = {}): BlockRequest {
  return {
    targets: [{ type: 'mac', text: LAPTOP }],
    lifetimeSeconds: 30 * 86_400,
    confirmSeconds: 60,
    reason: 'bedtime',
    overrideMacs: [],
    schedule: BEDTIME,
    policy: SCHEDULE,
    ...changes,
  }
}

const quarantine = () => request({ targets: [], schedule: null, policy: QUARANTINE })

async function stand(firewall: Firewall, what = request()): Promise<string> {
  const { token, blockId } = await firewall.plan(what)
  await firewall.apply(token)
  await firewall.confirm(blockId)
  return blockId
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'accepted',
    (error: NetWatcherError) => error.reason,
  )
}

test('without the permission of the configuration there is none, from nobody', async () => {
  const { firewall, rules } = await setUp({ allowedPolicies: [] })
  for (const via of ['group', 'admin'] as const) {
    expect(await reasonOf(firewall.plan(request(), via))).toBe('POLICY_NOT_ALLOWED')
    expect(await reasonOf(firewall.plan(quarantine(), via))).toBe('POLICY_NOT_ALLOWED')
  }
  expect(firewall.view().allowedPolicies).toEqual([])
  expect(await rules()).toEqual([])
})

test('one that is not allowed any more ends with the next start', async () => {
  const { firewall, create, clock, story, rules } = await setUp()
  await stand(firewall)
  await stand(firewall, quarantine())
  await firewall.stop()
  const restarted = create({ allowedPolicies: ['schedule'] })
  await restarted.start()
  expect(restarted.view().blocks).toMatchObject([{ state: 'waiting' }])
  expect(story(1)).toEqual(['cleanup'])
  await clock.advance(SECOND_MS)
  expect(await rules()).toEqual([])
})

test('a schedule blocks in its hours, over midnight, and its guards are asked again at each start', async () => {
  const { firewall, clock, facts, suspended, story, rules } = await setUp()
  await stand(firewall)
  expect(firewall.view().blocks).toMatchObject([{ state: 'waiting', rules: [], schedule: BEDTIME }])
  expect(await rules()).toEqual([])
  await clock.advance(21 * HOUR_MS - 1)
  expect(await rules()).toEqual([])
  await clock.advance(2)
  expect((await rules()).join()).toContain(LAPTOP)
  expect(firewall.view().blocks).toMatchObject([{ state: 'confirmed' }])
  expect(story(1)).toEqual(['slot_start'])
  await clock.advance(9 * HOUR_MS)
  expect(await rules()).toEqual([])
  expect(story(1)).toEqual(['slot_end'])

  facts.now = { ...FACTS, neighbors: [{ ip: '203.0.113.1', mac: LAPTOP }] }
  await clock.advance(7 * DAY_MS - 9 * HOUR_MS)
  expect(firewall.view().blocks).toMatchObject([
    { state: 'suspended', suspended: { rule: 'guard_mac_router' } },
  ])
  expect(suspended).toHaveLength(1)
  expect(await rules()).toEqual([])
  facts.now = FACTS
  await clock.advance(MINUTE_MS)
  expect((await rules()).join()).toContain(LAPTOP)
})

test('a schedule goes by the wall of its zone through a change to summer time, and by no step that nobody confirmed', async () => {
  const clock = new FakeClock()
  const steps = { isConfirmed: false }
  const believed = new BelievedClock({
    wallMs: () => clock.wallMs(),
    uptimeMs: () => clock.monotonicMs(),
    isConfirmed: () => steps.isConfirmed,
  })
  clock.setWall(Date.UTC(2026, 2, 28, 12))
  const { firewall, rules } = await setUp({ clock, believedMs: () => believed.nowMs() })
  const night = { weekday: 6, startMinute: 22 * 60, endMinute: 6 * 60 }
  await stand(firewall, request({ schedule: { ...BEDTIME, slots: [night], timeZone: 'Europe/Berlin' } }))
  const isBlocked = async () => (await rules()).join().includes(LAPTOP)
  // Nine hours on, by somebody who is no time server: 22:00 has not come.
  clock.setWall(Date.UTC(2026, 2, 28, 21, 30))
  await clock.advance(2 * MINUTE_MS)
  expect(await isBlocked()).toBe(false)
  await clock.advance(9 * HOUR_MS - MINUTE_MS)
  expect(await isBlocked()).toBe(true)
  // Back by as much: the night goes on, and ends when it does, an hour earlier than in winter.
  clock.setWall(Date.UTC(2026, 2, 28, 12))
  await clock.advance(7 * HOUR_MS - 2 * MINUTE_MS)
  expect(await isBlocked()).toBe(true)
  await clock.advance(2 * MINUTE_MS)
  expect(await isBlocked()).toBe(false)
  // A time server says that it is evening again.
  steps.isConfirmed = true
  clock.setWall(Date.UTC(2026, 2, 28, 23))
  await clock.advance(MINUTE_MS)
  expect(await isBlocked()).toBe(true)
})

test('while it is not known what must not be blocked, no slot begins', async () => {
  const { firewall, clock, facts, rules } = await setUp()
  await stand(firewall)
  facts.now = null
  await clock.advance(22 * HOUR_MS)
  expect(firewall.view().blocks).toMatchObject([
    { state: 'suspended', suspended: { rule: 'slot_not_checked' } },
  ])
  expect(await rules()).toEqual([])
  await clock.advance(8 * HOUR_MS)
  expect(firewall.view().blocks).toMatchObject([{ state: 'waiting' }])
})

test('what is applied between two slots has no rules before it is confirmed, even if one begins', async () => {
  const { firewall, clock, rules } = await setUp()
  await clock.advance(21 * HOUR_MS - 30 * SECOND_MS)
  const plan = await firewall.plan(request())
  expect(plan.addedRules.join()).toContain(LAPTOP)
  expect(plan.texts[4]).not.toContain(LAPTOP)
  await firewall.apply(plan.token)
  await clock.advance(40 * SECOND_MS)
  expect(await rules()).toEqual([])
  // Nor does another change of the rules bring them.
  const other = await firewall.plan(request({ targets: [{ type: 'mac', text: '02:00:00:00:00:99' }] }))
  expect(other.texts[4]).not.toContain(LAPTOP)
  await firewall.confirm(plan.blockId)
  await clock.advance(SECOND_MS)
  expect((await rules()).join()).toContain(LAPTOP)
})

test('what is applied in a slot has rules at once, is taken back unless confirmed, and ends with the slot', async () => {
  const { firewall, clock, rules } = await setUp()
  await clock.advance(22 * HOUR_MS)
  await firewall.apply((await firewall.plan(request())).token)
  expect((await rules()).join()).toContain(LAPTOP)
  await clock.advance(61 * SECOND_MS)
  expect(await rules()).toEqual([])
  await stand(firewall)
  await clock.advance(8 * HOUR_MS)
  expect(firewall.view().blocks).toMatchObject([{ state: 'waiting' }])
  expect(await rules()).toEqual([])
})

test('a plan that a slot has overtaken is refused', async () => {
  const { firewall, clock } = await setUp()
  await clock.advance(21 * HOUR_MS - 30 * SECOND_MS)
  const { token } = await firewall.plan(request())
  await clock.advance(40 * SECOND_MS)
  expect(await reasonOf(firewall.apply(token))).toBe('PLAN_OUTDATED')
})

test('today longer: lifted for a while, then on again, and never for more than a week', async () => {
  const { firewall, clock, rules, story } = await setUp()
  const id = await stand(firewall)
  await clock.advance(22 * HOUR_MS)
  const lift = (durationMs: number) =>
    firewall.relax(id, { type: 'lift', untilMs: clock.wallMs() + durationMs })
  expect(await lift(HOUR_MS)).toMatchObject({ state: 'waiting', rules: [] })
  expect(await rules()).toEqual([])
  expect(story(2)).toEqual(['slot_end', 'relax'])
  await clock.advance(HOUR_MS + SECOND_MS)
  expect((await rules()).join()).toContain(LAPTOP)
  for (const durationMs of [0, -HOUR_MS, 7 * DAY_MS + 1, Number.NaN]) {
    expect(await reasonOf(lift(durationMs))).toBe('LIFT_OUT_OF_RANGE')
  }
  for (let i = 0; i < 100; i++) await lift(HOUR_MS + i)
  expect(firewall.view().blocks[0]?.schedule?.exceptions).toHaveLength(1)
  expect(await reasonOf(firewall.relax(id, { type: 'admit', mac: NEWCOMER }))).toBe('POLICY_OF_OTHER_KIND')
})

test('at most ninety days, and only as a standing policy', async () => {
  const { firewall, clock, rules } = await setUp()
  expect(await reasonOf(firewall.plan(request({ lifetimeSeconds: 90 * 86_400 + 1 })))).toBe(
    'LIFETIME_OUT_OF_RANGE',
  )
  const once = { policy: null, schedule: null }
  expect(await reasonOf(firewall.plan(request({ ...once, lifetimeSeconds: 604_801 })))).toBe(
    'LIFETIME_OUT_OF_RANGE',
  )
  await stand(firewall, request({ lifetimeSeconds: 21 * 3600 + 1800 }))
  await clock.advance(21 * HOUR_MS + 29 * MINUTE_MS)
  expect((await rules()).join()).toContain(LAPTOP)
  await clock.advance(2 * MINUTE_MS)
  expect(firewall.view().blocks).toEqual([])
  expect(await rules()).toEqual([])
})

test.each([
  [0, 'waiting'],
  [21.5 * HOUR_MS, 'confirmed'],
])('a start after %i ms finds the hour that it is', async (passedMs, state) => {
  const { firewall, clock, create, iptables, rules } = await setUp()
  await stand(firewall)
  await firewall.stop()
  await clock.advance(passedMs)
  const restarted = create()
  await restarted.start()
  expect(restarted.view().blocks).toMatchObject([{ state }])
  expect((await rules()).length > 0).toBe(state === 'confirmed')
  expect(await iptables.rules(4)).toHaveLength(state === 'confirmed' ? 5 : 0)
})

test('a start that cannot read the guards in an hour of the schedule blocks nothing yet', async () => {
  const { firewall, clock, create, facts, rules } = await setUp()
  await stand(firewall)
  await firewall.stop()
  await clock.advance(22 * HOUR_MS)
  facts.now = null
  const restarted = create()
  await restarted.start()
  expect(restarted.view().blocks).toMatchObject([{ state: 'suspended' }])
  expect(await rules()).toEqual([])
  facts.now = FACTS
  await clock.advance(MINUTE_MS)
  expect((await rules()).join()).toContain(LAPTOP)
})

test.each<[string, Partial<BlockRequest>, string]>([
  ['no slots', { schedule: { ...BEDTIME, slots: [] } }, 'SLOTS_OUT_OF_RANGE'],
  ['too many', { schedule: { ...BEDTIME, slots: Array(65).fill(EVENING) } }, 'SLOTS_OUT_OF_RANGE'],
  ['a day of its own', { schedule: { ...BEDTIME, slots: [{ ...EVENING, weekday: 8 }] } }, 'SLOT_INVALID'],
  ['half a minute', { schedule: { ...BEDTIME, slots: [{ ...EVENING, endMinute: 0.5 }] } }, 'SLOT_INVALID'],
  ['a clock of its own', { schedule: { ...BEDTIME, timeZone: 'Mars/Olympus' } }, 'TIME_ZONE_UNKNOWN'],
  [
    'an exception that ends first',
    { schedule: { ...BEDTIME, exceptions: [{ fromMs: 2, untilMs: 1, isBlocked: true }] } },
    'EXCEPTION_INVALID',
  ],
  ['no policy', { policy: null }, 'POLICY_MISSING'],
  ['no schedule', { schedule: null }, 'SCHEDULE_MISSING'],
  ['another kind', { policy: { ...SCHEDULE, kind: null } }, 'POLICY_UNKNOWN'],
  ['a quarantine with hours', { policy: QUARANTINE }, 'POLICY_UNKNOWN'],
  ['a quarantine of somebody', { schedule: null, policy: QUARANTINE }, 'TOO_MANY_TARGETS'],
  ...['', '-j', 'eth+', 'a b', 'x"y', '../x'].map((name): [string, Partial<BlockRequest>, string] => [
    `a quarantine of ${JSON.stringify(name)}`,
    { targets: [], schedule: null, policy: { ...QUARANTINE, interfaces: [name] } },
    'INTERFACES_INVALID',
  ]),
  [
    'an admitted group',
    { targets: [], schedule: null, policy: { ...QUARANTINE, admittedMacs: ['ff:ff:ff:ff:ff:ff'] } },
    'MAC_INVALID',
  ],
  [
    'a list without end',
    { targets: [], schedule: null, policy: { ...QUARANTINE, admittedMacs: Array(257).fill(LAPTOP) } },
    'TOO_MANY_ADMITTED',
  ],
])('%s is refused', async (_what, changes, reason) => {
  const { firewall } = await setUp()
  expect(await reasonOf(firewall.plan(request(changes)))).toBe(reason)
})

test('a quarantine keeps out whoever is not admitted, and admits with one call', async () => {
  const { firewall, iptables, clock, rules, story } = await setUp()
  const id = await stand(firewall, quarantine())
  const [view] = firewall.view().blocks
  expect(view).toMatchObject({ targets: [], quarantine: { admittedMacs: [LAPTOP], dnsServers: ['9.9.9.9'] } })
  for (const rule of view?.rules ?? [])
    if (!rule.includes('9.9.9.9')) expect(await iptables.rules(6)).toContain(rule)
  const admitted = await firewall.relax(id, { type: 'admit', mac: NEWCOMER.toUpperCase() })
  expect(admitted.quarantine?.admittedMacs).toEqual([LAPTOP, NEWCOMER])
  expect((await rules()).filter((rule) => rule.includes(NEWCOMER))).toHaveLength(2)
  expect(story(1)).toEqual(['relax'])
  expect(await reasonOf(firewall.relax(id, { type: 'admit', mac: 'x' }))).toBe('MAC_INVALID')
  expect(await reasonOf(firewall.plan(quarantine()))).toBe('ALREADY_BLOCKED')
  await clock.advance(MINUTE_MS)
  await firewall.revokeAll('admin')
  expect(await rules()).toEqual([])
})

test('where this machine is not the gateway there is no quarantine, and one that stands is suspended', async () => {
  const { firewall, facts, clock, rules, suspended } = await setUp()
  const elsewhere = { ...QUARANTINE, interfaces: ['eth0'] }
  expect(await reasonOf(firewall.plan({ ...quarantine(), policy: elsewhere }))).toBe('NOT_GATEWAY')
  await stand(firewall, quarantine())
  facts.now = { ...FACTS, servedLinks: [] }
  await clock.advance(MINUTE_MS)
  expect(suspended).toMatchObject([{ suspended: { rule: 'guard_not_gateway' } }])
  expect(await rules()).toEqual([])
  facts.now = FACTS
  await clock.advance(MINUTE_MS)
  expect((await rules()).join()).toContain('NETWATCHER-NEW')
})

test('whoever claims a protected address neither ends a quarantine nor gets through it', async () => {
  const { firewall, facts, clock, rules } = await setUp()
  await stand(firewall, quarantine())
  const before = await rules()
  facts.now = { ...FACTS, neighbors: [{ ip: '9.9.9.9', mac: NEWCOMER }] }
  await clock.advance(2 * MINUTE_MS)
  expect(await rules()).toEqual(before)
})

test('a state file that was tampered with is read as strictly as a caller', async () => {
  const { firewall, stateFile, create, rules } = await setUp()
  await stand(firewall, quarantine())
  await firewall.stop()
  stateFile.text = (stateFile.text ?? '').replace('"eth1"', '"eth1 -j ACCEPT"')
  const restarted = create()
  await restarted.start()
  expect(restarted.view().blocks).toEqual([])
  expect(await rules()).toEqual([])
})

test('everything ends by one call, and root is not kept waiting by the group', async () => {
  const { firewall, rules, story } = await setUp()
  await stand(firewall, quarantine())
  await stand(firewall)
  const waiting = Array.from({ length: 40 }, () => reasonOf(firewall.plan(request({ targets: [] }))))
  const { blocks } = await firewall.revokeAll('admin')
  expect(blocks).toEqual([])
  expect(await rules()).toEqual([])
  expect(story(2)).toEqual(['revoke', 'revoke'])
  expect(await Promise.all(waiting)).toContain('FIREWALL_BUSY')
})
