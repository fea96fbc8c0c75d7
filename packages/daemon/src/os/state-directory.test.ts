import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStateDirectory } from './state-directory.js'

const isRoot = process.getuid?.() === 0

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-state-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a directory that others can look into is closed to them, and one that we make, too', () => {
  const made = join(directory, 'new', 'one')
  openStateDirectory(made, () => {})
  expect(statSync(made).mode & 0o777).toBe(0o700)
})

test('a directory of somebody else is not used', () => {
  // Without root, /proc is one that exists and that we do not own.
  if (isRoot) chownSync(directory, 65_534, 65_534)
  expect(() => openStateDirectory(isRoot ? directory : '/proc', () => {})).toThrow('another user')
})
