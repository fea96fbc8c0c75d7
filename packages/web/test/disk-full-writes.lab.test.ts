/**
 * Needs root (small file systems of its own). The disk is full at every write of
 * a scripted run in turn: nothing that was reported as stored is lost, nothing
 * is stored twice, and after room was made the same store goes on.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { applyEvents } from '../src/ingest/apply.js'
import { NO_PRESSURE, planRetention } from '../src/ingest/retention-plan.js'
import { faultOf } from '../src/storage/fault.js'
import { openStore, type Store } from '../src/storage/store.js'
import { event, rename, SOURCE, sumOf, trafficOf } from '../src/testing/test-store.js'
import { mountExt4, mountTmpfs, type SmallDisk } from './support/small-disk.js'

const START = 1_800_000_000_000
const MAC = 'aa:bb:cc:dd:ee:01'
const MOST_BLOCKS = 200

interface Script {
  steps: (() => Promise<unknown>)[]
  /** Bytes that it adds once all of it is done. */
  bytes: number
}

function script(store: Store, run: number): Script {
  const nowMs = START + run * MINUTE_MS
  const rows = Array.from({ length: 20 }, (_, i) => ({ remoteIp: `20.0.${run}.${i}` }))
  const batch = [event(run + 1, trafficOf(rows, nowMs))]
  const policy = { retentionDays: 365, budgetBytes: 2 ** 40 }
  return {
    bytes: 20 * 300 + 7,
    steps: [
      () => applyEvents(store, SOURCE, batch, nowMs),
      () => store.traffic.post('9.9.9.9', 7, nowMs),
      () => store.traffic.fold(),
      () => rename(store, MAC, `run ${run}`),
      () => store.snapshots.save([], 'arp', '', nowMs),
      () => store.retention.apply(planRetention(nowMs, policy, NO_PRESSURE)),
      () => store.windows.advance(nowMs),
    ],
  }
}

/** Runs the steps on a disk with that much room, then again, with room, those that failed; returns how many did. */
async function runWith(store: Store, disk: SmallDisk, steps: Script['steps'], blocksLeft: number) {
  // Else the write-ahead log has room of its own.
  await store.database.writes.runOutside((manager) => manager.query('PRAGMA wal_checkpoint(TRUNCATE)'))
  disk.fill(blocksLeft)
  const failed: Script['steps'] = []
  for (const step of steps) {
    await step().catch((error: unknown) => {
      expect(`${faultOf(error)}: ${error}`).toMatch(/^full: /)
      failed.push(step)
    })
  }
  disk.free()
  for (const step of failed) await step()
  return failed.length
}

/** Until the disk has room for all of the steps; returns the bytes that are stored then. */
async function fillInTurn(store: Store, disk: SmallDisk): Promise<number> {
  const first = script(store, 0)
  for (const step of first.steps) await step()
  let expected = first.bytes
  let failures = 0
  for (let blocks = 0; blocks < MOST_BLOCKS; blocks++) {
    const { steps, bytes } = script(store, blocks + 1)
    const failed = await runWith(store, disk, steps, blocks)
    failures += failed
    expected += bytes
    expect([blocks, await sumOf(store, 'traffic')]).toEqual([blocks, expected])
    expect(store.database.writes.fault).toBeNull()
    if (failed === 0) break
  }
  expect(failures).toBeGreaterThan(20)
  return expected
}

test.each([
  ['tmpfs', () => mountTmpfs(2)],
  ['ext4 in a file', () => mountExt4(4)],
])('full at every write in turn, on %s', async (_name, mount) => {
  await using disk = mount()
  const open = () => openStore({ stateDir: `${disk.path}/state`, nowMs: () => START })
  const store = await open()
  const expected = await fillInTurn(store, disk).finally(() => store.close())
  // What was committed is in the file, and a disk that is full at the start is told in a sentence.
  disk.fill(0)
  await expect(open()).rejects.toMatchObject({ reason: 'DISK_UNUSABLE' })
  disk.free()
  const again = await open()
  expect(await sumOf(again, 'traffic').finally(() => again.close())).toBe(expected)
})
