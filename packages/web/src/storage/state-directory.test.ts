import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './database.js'
import { prepareStateDirectory } from './state-directory.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-state-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('it is made, for nobody else to read, and can be used again', () => {
  const path = join(directory, 'a/b')
  prepareStateDirectory(path)
  for (const name of ['netwatcher.db', 'token']) writeFileSync(join(path, name), '')
  expect(() => prepareStateDirectory(path)).not.toThrow()
})

test.each(['netwatcher.db', 'netwatcher.db-wal', 'lock.db', 'token'])(
  'a directory in the place of %s is told by its path before anything is opened',
  async (name) => {
    mkdirSync(join(directory, name))
    await expect(openDatabase({ stateDir: directory, nowMs: () => 0 })).rejects.toMatchObject({
      code: 'failed_precondition',
      reason: 'STATE_DIR',
      message: `NetWatcher cannot use ${join(directory, name)}: it is not a file. Move it away.`,
    })
  },
)

test('a file in the place of the directory, or above it', () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o700)
  for (const path of [file, join(file, 'below')])
    expect(() => prepareStateDirectory(path)).toThrow(expect.objectContaining({ reason: 'STATE_DIR' }))
})
