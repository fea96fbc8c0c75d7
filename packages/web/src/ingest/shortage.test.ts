import { LANGUAGES, MIB, render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { RoomWatch } from './room-watch.js'
import { type Room, type Shortage, shortageOf, shortageText } from './shortage.js'

const GIB = 1024 * MIB

const ROOM: Room = {
  usedBytes: 100 * MIB,
  reusableBytes: 0,
  budgetBytes: 2048 * MIB,
  freeBytes: 100 * GIB,
  totalBytes: 200 * GIB,
}

test.each<[string, Partial<Room>, string | null]>([
  ['plenty of both', {}, null],
  ['half a GiB left of a large disk', { freeBytes: 511 * MIB }, 'disk'],
  ['a little more', { freeBytes: 513 * MIB }, null],
  ['a tenth left of a small one', { freeBytes: 99 * MIB, totalBytes: 1000 * MIB }, 'disk'],
  ['no disk left, but room in the file', { freeBytes: 0, reusableBytes: 600 * MIB }, null],
  ['nine tenths of the budget', { usedBytes: 1844 * MIB }, 'budget'],
  ['a little less', { usedBytes: 1843 * MIB }, null],
])('with %s', (_name, change, expected) => {
  expect(shortageOf({ ...ROOM, ...change }, null)).toBe(expected)
})

test.each<[Shortage, Partial<Room>, Partial<Room>, Partial<Room>]>([
  ['disk', { freeBytes: 511 * MIB }, { freeBytes: 639 * MIB }, { freeBytes: 641 * MIB }],
  // A tenth of the budget is 204.8 MiB.
  ['budget', { usedBytes: 1844 * MIB }, { usedBytes: 1793 * MIB }, { usedBytes: 1791 * MIB }],
])('a shortage of %s ends only with a margin, and is told once', async (kind, short, barely, enough) => {
  const told: (Shortage | null)[] = []
  let change: Partial<Room> = {}
  const watch = new RoomWatch(
    async () => ({ ...ROOM, ...change }),
    (shortage) => told.push(shortage),
  )
  const lookAt = async (next: Partial<Room>) => {
    change = next
    return (await watch.look()).shortage
  }
  expect(await lookAt(barely)).toBe(null)
  for (let look = 0; look < 5; look++) {
    expect([await lookAt(short), await lookAt(barely)]).toEqual([kind, kind])
  }
  expect(told).toEqual([kind])
  for (let look = 0; look < 5; look++) {
    expect([await lookAt(enough), await lookAt(barely)]).toEqual([null, null])
  }
  expect(told).toEqual([kind, null])
})

test('it is told with its figures, in every language', () => {
  const room = { ...ROOM, freeBytes: 77.9 * MIB, usedBytes: 1900 * MIB }
  for (const language of LANGUAGES) {
    expect(render(shortageText('disk', room), language)).toContain('77 MiB')
    expect(render(shortageText('budget', room), language)).toMatch(/1900.*2048/)
  }
})
