import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { STATE_LAYOUT } from './model/state-layout.js'
import { openStateDirectory } from './os/state-directory.js'
import { stampState } from './state-stamp.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-stamp-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const stamp = (version = '0.1.0') =>
  stampState(
    openStateDirectory(directory, () => {}),
    directory,
    version,
  )
const written = () => JSON.parse(readFileSync(join(directory, 'written-by.json'), 'utf8'))
const write = (content: unknown) =>
  writeFileSync(join(directory, 'written-by.json'), JSON.stringify(content), { mode: 0o600 })

test.each(Object.keys(STATE_LAYOUT))(
  '%s of a newer layout are refused with a sentence, and left alone',
  (name) => {
    const newer = { version: '0.9.2', layouts: { ...STATE_LAYOUT, [name]: 99 } }
    write(newer)
    const names = readdirSync(directory)
    expect(() => stamp()).toThrow(
      expect.objectContaining({
        reason: 'NEWER_STATE',
        message: expect.stringMatching(
          new RegExp(
            `^The state directory ${directory} was written by netwatcherd 0\\.9\\.2, .*${name}: start that`,
          ),
        ),
      }),
    )
    expect([readdirSync(directory), written()]).toEqual([names, newer])
  },
)

test('an older version goes on where it can read everything, and says that it wrote last', () => {
  write({ version: '0.2.0', layouts: { ...STATE_LAYOUT, guests: 1 } })
  stamp('0.1.0')
  expect(written()).toEqual({ version: '0.1.0', layouts: STATE_LAYOUT })
})

test('an older layout, a damaged stamp and a full disk are no reason not to start', () => {
  write({ version: '0.0.1', layouts: { ...STATE_LAYOUT, blocks: 1 } })
  stamp()
  expect(written().version).toBe('0.1.0')
  write({ version: 'x\n', layouts: {} })
  stamp()
  expect(written().version).toBe('0.1.0')
  const files = openStateDirectory(directory, () => {})
  const full = {
    ...files,
    write: () => {
      throw new Error('ENOSPC')
    },
  }
  expect(() => stampState(full, directory, '0.1.1')).not.toThrow()
})
