/**
 * Two documents name the tests of each of their rows: attacks in THREAT_MODEL.md,
 * faults in docs/RELIABILITY.md. Each row has some, and they exist.
 */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

describe.each(['THREAT_MODEL.md', 'docs/RELIABILITY.md'])('%s', (document) => {
  const page = read(document)
  const rows = [...page.matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id]) => id)
  const lines = [...page.matchAll(/^- ([A-Z]\d+) `([^`]+)`: (.+)$/gm)].map(
    ([, id, path = '', names = '']) => ({
      id,
      path,
      names: [...names.matchAll(/“(.+?)”/g)].map(([, name = '']) => name),
    }),
  )

  test('every row has an id of its own and its tests', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(new Set(rows).size).toBe(rows.length)
    expect([...new Set(lines.map(({ id }) => id))].sort()).toEqual(rows.sort())
  })

  test.each(lines)('the tests of $id in $path exist', ({ path, names }) => {
    expect(existsSync(new URL(path, root))).toBe(true)
    const source = read(path)
    expect(names.length).toBeGreaterThan(0)
    const isTitle = (name: string) => [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted))
    expect(names.filter((name) => !isTitle(name))).toEqual([])
  })
})
