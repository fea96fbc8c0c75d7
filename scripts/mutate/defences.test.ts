/** That the list of defences is up to date: `npm run mutate` shows that each is noticed when it goes. */

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readDefences, staleDefences } from './defences.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('every defence of the list is in the sources, once, and has its tests', () => {
  const defences = readDefences(root)
  expect(defences.length).toBeGreaterThan(100)
  expect(new Set(defences.map(({ id }) => id)).size).toBe(defences.length)
  expect(staleDefences(root, defences)).toEqual([])
})

test('a text that is not there, or twice, is told', () => {
  const [one] = readDefences(root)
  const changed = { ...one, text: 'import' }
  expect(staleDefences(root, [{ ...one, text: 'no such text' }, changed])).toHaveLength(2)
})
