/**
 * Kill -9 of real netwatcherd between any two changes that a pause, a slot of a
 * schedule, a quarantine, an admission, a lift or the end of all makes to real tables, of
 * both kinds of iptables. Whatever was cut short, a clean-up without the daemon leaves
 * nothing, and the next start, on those tables or on empty ones (as after a boot), has what
 * should be blocked blocked in both families, and nothing else.
 */

import { HOUR_MS, SECOND_MS } from '@netwatcher/shared'
import type { Schedule } from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../src/lab/lab.js'
import {
  always,
  CHILD,
  HomeGateway,
  homeNetwork,
  NEWCOMER,
  pause,
  quarantine,
  scheduled,
} from './support/home-gateway.js'
import { waitUntil } from './support/netwatcherd.js'
import { BACKENDS } from './support/xtables.js'

let lab: Lab
let home: HomeGateway

beforeAll(async () => {
  lab = await homeNetwork()
}, 90_000)

afterAll(() => lab?.close())

/** Nothing for days but this once. */
function once(fromMs: number, untilMs: number): Schedule {
  const inThreeDays = new Date(Date.now() + 72 * HOUR_MS).getUTCDay() || 7
  return {
    slots: [{ weekday: inThreeDays, startMinute: 0, endMinute: 1 }],
    exceptions: [{ fromMs: BigInt(fromMs), untilMs: BigInt(untilMs), isBlocked: true }],
    timeZone: 'UTC',
  }
}

interface Story {
  name: string
  /** Before the kill can come; gives what `act` is given. */
  prepare: () => Promise<string>
  /** Makes changes to the tables; it fails, or comes to nothing, when the daemon dies. */
  act: (blockId: string) => Promise<unknown>
  /** Who reaches the outside after the next start. */
  child: boolean
  newcomer: boolean
}

const FREE = { child: true, newcomer: true }
const nothing = async () => ''
/** Until it begins, so that the kill can be prepared. */
const SOON_MS = 3 * SECOND_MS

const STORIES: Story[] = [
  { name: 'a pause that nobody confirmed', prepare: nothing, act: () => home.apply(pause(CHILD)), ...FREE },
  { name: 'a schedule that nobody confirmed', prepare: nothing, act: () => home.apply(always()), ...FREE },
  {
    name: 'a quarantine that nobody confirmed',
    prepare: nothing,
    act: () => home.apply(quarantine('eth0', CHILD.mac)),
    ...FREE,
  },
  {
    name: 'the start of a slot',
    prepare: () => {
      const nowMs = Date.now()
      return home.stand(scheduled(once(nowMs + SOON_MS, nowMs + HOUR_MS)))
    },
    act: nothing,
    ...FREE,
    child: false,
  },
  {
    name: 'the end of a slot',
    prepare: async () => {
      const nowMs = Date.now()
      const blockId = await home.stand(scheduled(once(nowMs, nowMs + SOON_MS)))
      expect(await home.rules()).toContain(CHILD.mac)
      return blockId
    },
    act: nothing,
    ...FREE,
  },
  {
    name: 'a schedule that is lifted beside a quarantine',
    prepare: async () => {
      await home.stand(quarantine('eth0', CHILD.mac))
      return await home.stand(always())
    },
    act: (blockId) => home.lift(blockId, HOUR_MS),
    child: true,
    newcomer: false,
  },
  {
    name: 'an admission beside a pause',
    prepare: async () => {
      await home.stand(pause(CHILD))
      return await home.stand(quarantine('eth0', CHILD.mac))
    },
    act: (blockId) => home.admit(blockId, NEWCOMER.mac),
    child: false,
    newcomer: true,
  },
  {
    name: 'the end of all',
    prepare: async () => {
      await home.stand(always())
      return await home.stand(quarantine('eth0', CHILD.mac))
    },
    act: () => home.endAll(),
    ...FREE,
  },
]

/** Both families, or neither. */
async function expectOutside(host: string, isFree: boolean): Promise<void> {
  if (isFree) await home.getsOut(host)
  else expect(await home.outside(host)).toEqual([false, false])
}

async function expectAll({ child, newcomer }: Pick<Story, 'child' | 'newcomer'>): Promise<void> {
  await Promise.all([expectOutside(CHILD.name, child), expectOutside(NEWCOMER.name, newcomer)])
  if (child && newcomer) expect(await home.rules()).not.toMatch(/-A NETWATCHER/)
}

async function killedAfter(changes: number, { prepare, act }: Story): Promise<void> {
  const blockId = await prepare()
  home.xtables.killAfter(changes)
  await act(blockId).catch(() => {})
  await waitUntil(
    () => home.xtables.hasKilled && !home.netwatcherd.process.isRunning,
    20_000,
    () => 'the daemon makes no such change',
  )
  home.xtables.survive()
}

/** What is cut short is the same for both kinds, so of the second only between the two families. */
const KILLS = { nft: [0, 1, 2], legacy: [1] }

describe.each(BACKENDS)('iptables-%s', (backend) => {
  beforeAll(async () => {
    home = await HomeGateway.start(lab, backend)
  })

  afterAll(() => home?.close())

  afterEach(async () => {
    if (!home.netwatcherd.process.isRunning) await home.netwatcherd.restart()
    await home.endAll()
    expect(await home.rules()).not.toContain('NETWATCHER')
    await expectAll(FREE)
  }, 180_000)

  describe.each(STORIES)('$name', (story) => {
    test.each(KILLS[backend])(
      'killed after %i changes',
      async (changes) => {
        await killedAfter(changes, story)
        const left = await home.saved()
        await home.cleanUp()
        expect(await home.rules()).not.toContain('NETWATCHER')
        // Others begin as after a boot: with what is on file, and no rules.
        if (changes !== 1) await home.putBack(left)
        await home.netwatcherd.restart()
        await expectAll(story)
      },
      180_000,
    )
  })

  test('a pause that was confirmed is there after a kill and after a boot, and ends by one call', async () => {
    await home.stand(pause(CHILD))
    expect(await home.killed()).toContain(CHILD.mac)
    await expectAll({ ...FREE, child: false })
    await home.netwatcherd.process.stop('SIGKILL')
    await home.cleanUp()
    await home.netwatcherd.restart()
    await expectAll({ ...FREE, child: false })
  }, 180_000)
})
