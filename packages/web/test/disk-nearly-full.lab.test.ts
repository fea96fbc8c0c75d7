/**
 * Needs root (small file systems of its own). Before the disk is full it is told,
 * once, and detail is given up; nothing is forgotten, and room makes it good again.
 */

import { HOUR_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { applyEvents } from '../src/ingest/apply.js'
import { RetentionRunner } from '../src/ingest/retention-runner.js'
import { RoomWatch } from '../src/ingest/room-watch.js'
import type { Room, Shortage } from '../src/ingest/shortage.js'
import { readDiskSpace } from '../src/os/disk-space.js'
import { openStore, type Store } from '../src/storage/store.js'
import { event, SOURCE, sumOf, trafficOf } from '../src/testing/test-store.js'
import { mountExt4, mountTmpfs } from './support/small-disk.js'

const NOW = 1_800_000_000_000
const BYTES = 20 * 300

/** Two hours old: minutes until room runs short. */
async function fill(store: Store): Promise<void> {
  const rows = Array.from({ length: 20 }, (_, i) => ({ remoteIp: `20.0.0.${i}` }))
  await applyEvents(store, SOURCE, [event(1, trafficOf(rows, NOW - 2 * HOUR_MS))], NOW)
}

async function minutesOf({ database }: Store): Promise<number> {
  const [row]: { n: number }[] = await database.read.query('SELECT count(*) AS n FROM traffic_minute')
  return row?.n ?? 0
}

test.each([
  ['tmpfs', () => mountTmpfs(16)],
  ['ext4 in a file', () => mountExt4(24)],
])('told once before the disk is full, on %s', async (_name, mount) => {
  await using disk = mount()
  const stateDir = `${disk.path}/state`
  const store = await openStore({ stateDir, nowMs: () => NOW })
  try {
    await fill(store)
    const policy = { retentionDays: 365, budgetBytes: 2 ** 40 }
    const room = async (): Promise<Room> => ({
      usedBytes: await store.retention.usedBytes(),
      reusableBytes: await store.retention.reusableBytes(),
      budgetBytes: policy.budgetBytes,
      ...readDiskSpace(stateDir),
    })
    const told: (Shortage | null)[] = []
    const watch = new RoomWatch(room, (shortage) => told.push(shortage))
    const runner = new RetentionRunner({
      repository: store.retention,
      policy,
      clock: { read: async () => ({ wallMs: NOW, believedMs: NOW }) },
      room: () => watch.look(),
    })
    await runner.run()
    expect(told).toEqual([])
    expect(await minutesOf(store)).toBe(20)
    // A twentieth of the disk is left.
    disk.fill(Math.floor((await room()).totalBytes / 20 / 4096))
    for (let run = 0; run < 4; run++) await runner.run()
    expect(told).toEqual(['disk'])
    expect(await minutesOf(store)).toBe(0)
    expect(await sumOf(store, 'traffic')).toBe(BYTES)
    disk.free()
    for (let run = 0; run < 2; run++) await runner.run()
    expect(told).toEqual(['disk', null])
    expect(await sumOf(store, 'traffic')).toBe(BYTES)
  } finally {
    await store.close()
  }
})
