import { LANGUAGES, MIB, render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { type Room, shortageOf, shortageText } from './shortage.js'

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
  expect(shortageOf({ ...ROOM, ...change })).toBe(expected)
})

test('it is told with its figures, in every language', () => {
  const room = { ...ROOM, freeBytes: 77.9 * MIB, usedBytes: 1900 * MIB }
  for (const language of LANGUAGES) {
    expect(render(shortageText('disk', room), language)).toContain('77 MiB')
    expect(render(shortageText('budget', room), language)).toMatch(/1900.*2048/)
  }
})
