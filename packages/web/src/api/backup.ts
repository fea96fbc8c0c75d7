/** GET /api/backup: the whole database as one file, consistent, while it is in use. */

import { randomBytes } from 'node:crypto'
import { createReadStream, rmSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { NetWatcherError } from '@netwatcher/shared'
import type { Room } from '../ingest/shortage.js'
import { writeBackup } from '../storage/backup.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export interface BackupDeps {
  store: Store
  room: () => Promise<Room>
  nowMs: () => number
}

export function backupRoutes(deps: BackupDeps): Route[] {
  let isRunning = false
  return [
    route({
      method: 'GET',
      path: '/api/backup',
      tag: 'status',
      summary: 'Downloads the database as it is at one moment, without the sessions',
      access: 'full',
      response: { status: 200, description: 'A SQLite database', contentType: 'application/vnd.sqlite3' },
      handle: async ({ c }) => {
        if (isRunning)
          throw new NetWatcherError('resource_exhausted', 'BACKUP', 'Another backup is running; wait.')
        isRunning = true
        const done = () => {
          isRunning = false
        }
        let file: Readable & { bytes: number }
        try {
          file = await makeBackup(deps)
        } catch (error) {
          done()
          throw error
        }
        file.once('close', done)
        const day = new Date(deps.nowMs()).toISOString().slice(0, 10)
        return c.body(Readable.toWeb(file) as ReadableStream<Uint8Array>, 200, {
          'Content-Type': 'application/vnd.sqlite3',
          'Content-Length': String(file.bytes),
          'Content-Disposition': `attachment; filename="netwatcher-${day}.db"`,
        })
      },
    }),
  ]
}

/** The open file, which has no name any more: nothing is left of it however the download ends. */
async function makeBackup({ store, room }: BackupDeps): Promise<Readable & { bytes: number }> {
  const { usedBytes, freeBytes } = await room()
  // Once to write it, once more to take the sessions out of it.
  if (2 * usedBytes > freeBytes) {
    const sentence = `A backup takes up to ${2 * usedBytes} bytes of the state directory's disk, and ${freeBytes} are free.`
    throw new NetWatcherError('failed_precondition', 'NO_ROOM', sentence)
  }
  const { path } = store.database
  const place = `${path}.backup-${randomBytes(8).toString('hex')}`
  try {
    await writeBackup(path, place)
    const { size: bytes } = statSync(place)
    const stream = createReadStream(place)
    await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject))
    return Object.assign(stream, { bytes })
  } finally {
    rmSync(place, { force: true })
    rmSync(`${place}-journal`, { force: true })
  }
}
