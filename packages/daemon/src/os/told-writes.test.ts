import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { openStateDirectory } from './state-directory.js'
import { ToldWrites } from './told-writes.js'

test('a write that fails is told once an hour, whoever writes, and fails all the same', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-told-'))
  const told: string[] = []
  let nowMs = 0
  const writes = new ToldWrites(
    () => nowMs,
    (why) => told.push(why),
  )
  const [files, others] = [0, 1].map(() => writes.of(openStateDirectory(directory, () => {})))
  files?.write('a', 'kept')
  files?.append('a', ' on')
  expect(Buffer.from(others?.read('a') ?? []).toString()).toBe('kept on')
  expect(told).toEqual([])
  rmSync(directory, { recursive: true })
  for (const store of [files, others]) {
    expect(() => store?.write('a', 'lost')).toThrow('ENOENT')
    expect(() => store?.append('a', 'lost')).toThrow('ENOENT')
  }
  expect(told).toHaveLength(1)
  nowMs += HOUR_MS
  expect(() => files?.write('a', 'lost')).toThrow('ENOENT')
  expect(told).toHaveLength(2)
})
