/** An export of as many conversations as a busy network has in a year takes no more memory than a small one. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../src/testing/test-api.js'
import { fillFlows } from '../src/testing/test-store.js'

const MANY = 500_000

/** A look at what is held: when garbage goes is not what is asked. */
const LOOK_LINES = 50_000

setFlagsFromString('--expose_gc')
const collectGarbage: () => void = runInNewContext('gc')

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Lines of an export, and by how much what is held grew on the way. */
async function download(api: TestApi, path: string): Promise<{ lines: number; grownBytes: number }> {
  const response = await api.request('GET', path)
  const beforeBytes = heldBytes()
  let lines = 0
  let looks = 0
  let grownBytes = 0
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk) if (byte === 10) lines++
    if (lines < looks * LOOK_LINES) continue
    looks++
    grownBytes = Math.max(grownBytes, heldBytes() - beforeBytes)
  }
  return { lines, grownBytes }
}

test('memory stays flat over 500 000 rows', async () => {
  await using api = await createTestApi()
  await fillFlows(api.deps.store, MANY)
  // By then everything is loaded that there is to load.
  expect((await download(api, '/api/traffic?format=csv&protocol=1')).lines).toBe(1 + 65_536)
  const all = await download(api, '/api/traffic?format=csv&sort=-bytes')
  expect(all.lines).toBe(1 + MANY)
  // As JSON alone they are 130.
  expect(all.grownBytes / MIB).toBeLessThan(20)
}, 300_000)
