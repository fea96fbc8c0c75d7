/**
 * A state directory whose database has been through all migrations. They take a
 * tenth of a second, which hundreds of tests would each spend anew;
 * `storage/migrations.test.ts` goes through them for itself.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareStateDirectory } from '../storage/state-directory.js'
import { openStore } from '../storage/store.js'
import { temporaryDirectory } from './temporary-directory.js'

const DATABASE = 'netwatcher.db'
let migrated: Promise<Uint8Array> | undefined

export async function prepareMigrated(stateDir: string): Promise<void> {
  migrated ??= migrate()
  prepareStateDirectory(stateDir)
  await writeFile(join(stateDir, DATABASE), await migrated, { mode: 0o600 })
}

async function migrate(): Promise<Uint8Array> {
  await using directory = await temporaryDirectory()
  const store = await openStore({ stateDir: directory.path, nowMs: Date.now })
  await store.close()
  return await readFile(join(directory.path, DATABASE))
}
