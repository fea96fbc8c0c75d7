import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestStore } from '../testing/test-store.js'
import { writeBackup } from './backup.js'

test('a backup is for its owner only from the moment it is there', async () => {
  await using test = await createTestStore()
  const into = join(test.stateDir, 'netwatcher.db.backup-1')
  await writeBackup(test.store.database.path, into)
  expect(statSync(into).mode & 0o777).toBe(0o600)
})
