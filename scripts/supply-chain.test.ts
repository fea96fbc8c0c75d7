/** What is installed beside our own sources, and what it may do meanwhile. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

test('only two packages may run a script when they are installed', () => {
  const allowed = /^allowBuilds:\n((?: {2}.*\n)+)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? ''
  const entries = allowed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(': '))
  expect(entries.every(([, value]) => value === 'true' || value === 'false')).toBe(true)
  expect(entries.filter(([, value]) => value === 'true').map(([name]) => name)).toEqual(['cap', 'sqlite3'])
})
