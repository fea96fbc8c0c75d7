import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

test('what is in the way is told: a link that leads nowhere, a file system where nothing can be made', () => {
  symlinkSync(join(directory, 'unmounted/state'), join(directory, 'link'))
  for (const path of [join(directory, 'link'), join(directory, 'link/below')]) {
    const sentence = `NetWatcher cannot use ${path}: a link in it leads nowhere.`
    expect(() => prepareStateDirectory(path)).toThrow(sentence)
  }
  expect(() => prepareStateDirectory('/proc/nothing/below')).toThrow("mkdir '/proc/nothing'")
})

test('a file in the place of the directory, or above it', () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o700)
  for (const path of [file, join(file, 'below')])
    expect(() => prepareStateDirectory(path)).toThrow(expect.objectContaining({ reason: 'STATE_DIR' }))
})
