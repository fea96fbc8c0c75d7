/** docs/RELIABILITY.md names the tests of every fault: that each has some, and that they exist. */

import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/RELIABILITY.md')

const rows = [...page.matchAll(/^\| (F\d+) \|/gm)].map(([, id]) => id)
const lines = [...page.matchAll(/^- (F\d+) `([^`]+)`: (.+)$/gm)].map(([, id, path = '', names = '']) => ({
  id,
  path,
  names: [...names.matchAll(/“(.+?)”/g)].map(([, name = '']) => name),
}))

test('every fault has its tests', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(new Set(rows).size).toBe(rows.length)
  expect([...new Set(lines.map(({ id }) => id))].sort()).toEqual(rows.sort())
})

test.each(lines)('the tests that a fault names exist: $id $path', ({ path, names }) => {
  expect(existsSync(new URL(path, root))).toBe(true)
  const source = read(path)
  expect(names.length).toBeGreaterThan(0)
  const isTitle = (name: string) => [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted))
  expect(names.filter((name) => !isTitle(name))).toEqual([])
})
