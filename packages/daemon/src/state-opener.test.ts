import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Notices } from './journal/notices.js'
import { readState, stateFile } from './os/state-file.js'
import { stateOpener } from './state-opener.js'

test('what is set aside and what cannot be written is in the status, the latter once for all directories', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-opener-'))
  const notices = new Notices()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const open = stateOpener(directory, notices, log)
  const [files, alerts] = [open(), open('alerts')]
  files.write('pinned.json', 'nonsense')
  readState(stateFile(files, 'pinned.json'), () => {
    throw new Error('no JSON')
  })
  rmSync(directory, { recursive: true })
  for (const store of [files, alerts]) expect(() => store.write('x', '')).toThrow('ENOENT')
  const rules = notices.list().map(({ text }) => text.rule)
  expect(rules).toEqual(['state_file_damaged', 'state_not_written'])
})
