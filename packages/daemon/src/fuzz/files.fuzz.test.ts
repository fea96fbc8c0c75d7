/** What people feed to it: capture files and settings are read, or refused in a sentence. */

import { readFileSync } from 'node:fs'
import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { encodeCaptureFile } from '../capture/capture-file.js'
import { SavefileReader } from '../capture/savefile.js'
import { parseConfig } from '../config.js'
import { concat } from '../wire/fake-frames.js'
import { SECONDS, SEED, spend, TIMEOUT_MS } from './fake-budget.js'
import { Mutator } from './fake-hostile-bytes.js'
import { HostileFrames } from './fake-hostile-frames.js'
import { Random } from './fake-random.js'

const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer)
const PCAPNG = concat(
  words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28),
  words(1, 32, 1, 96, 0x00010009, 9, 0, 32),
  words(1, 20, 101, 0, 20),
  words(0x0bad, 16, 7, 16),
  words(6, 36, 0, 0, 1_000_000, 4, 60, 0x01010101, 36),
  words(3, 20, 4, 0x45454545, 20),
)

test('no bytes in a capture file do more than have it refused', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(SEED)
  const mutator = new Mutator(random)
  const hostile = new HostileFrames(random)
  const count = await spend(() => {
    const frames = Array.from({ length: 3 }, (_, i) => ({ timeMs: i, bytes: hostile.next() }))
    const files = [PCAPNG, encodeCaptureFile(random.pick([1, 101, 113, 127, 276]), frames)]
    const file = mutator.mutate(random.pick(files), random.pick(files))
    try {
      readInPieces(file, 1 + random.int(200))
    } catch (error) {
      if (!(error instanceof NetWatcherError))
        throw new Error(Buffer.from(file).toString('hex'), { cause: error })
    }
  }, SECONDS / 2)
  expect(count).toBeGreaterThan(100)
})

function readInPieces(file: Uint8Array, size: number): void {
  const reader = new SavefileReader()
  for (let at = 0; at < file.length; at += size) {
    for (const frame of reader.push(file.subarray(at, at + size))) {
      if (frame.bytes.length > file.length) throw new Error('more bytes than there are')
    }
  }
  reader.end()
}

const SETTINGS = readFileSync(new URL('../../../../systemd/netwatcherd.toml', import.meta.url))

test('no text in the settings does more than have them refused', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(SEED)
  const mutator = new Mutator(random)
  const count = await spend(() => {
    const start = random.int(SETTINGS.length)
    const text = Buffer.from(mutator.mutate(SETTINGS.subarray(start), SETTINGS)).toString()
    const result = parseConfig(text)
    if (!result.ok) expect(result.errors.every(({ message }) => message !== '')).toBe(true)
  }, SECONDS / 2)
  expect(count).toBeGreaterThan(100)
})
