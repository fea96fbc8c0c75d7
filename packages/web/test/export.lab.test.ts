/** An export of as many conversations as a busy network has in a year takes no more memory than a small one. */

import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../src/testing/test-api.js'
import { fillFlows } from '../src/testing/test-store.js'

const MANY = 500_000

/** Lines of an export, and by how much the process grew on the way. */
async function download(api: TestApi, path: string): Promise<{ lines: number; grownBytes: number }> {
  const response = await api.request('GET', path)
  const beforeBytes = process.memoryUsage.rss()
  let lines = 0
  let grownBytes = 0
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk) if (byte === 10) lines++
    grownBytes = Math.max(grownBytes, process.memoryUsage.rss() - beforeBytes)
  }
  return { lines, grownBytes }
}

test('memory stays flat over 500 000 rows', async () => {
  await using api = await createTestApi()
  await fillFlows(api.deps.store, MANY)
  // By then the heap is as large as the garbage of a while makes it.
  expect((await download(api, '/api/traffic?format=csv&protocol=1')).lines).toBe(1 + 65_536)
  const all = await download(api, '/api/traffic?format=csv&sort=-bytes')
  expect(all.lines).toBe(1 + MANY)
  // 34 to 41 were measured; as JSON alone they are 130.
  expect(all.grownBytes / MIB).toBeLessThan(80)
}, 300_000)
