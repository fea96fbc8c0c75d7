/**
 * Who wrote the state directory last, and in which layouts. What an older version
 * cannot read is not damaged: it must neither be set aside nor be gone without.
 */

import { NetWatcherError } from '@netwatcher/shared'
import { z } from 'zod'
import { STATE_LAYOUT } from './model/state-layout.js'
import type { FileStore } from './os/state-directory.js'
import { jsonState, readState, stateFile } from './os/state-file.js'

const FILE = 'written-by.json'

const checkStamp = jsonState(
  z.object({ version: z.string().regex(/^[\w.+-]{1,64}$/), layouts: z.record(z.string(), z.int()) }),
)

/** Throws a sentence where a newer version has written what this one cannot read. */
export function stampState(files: FileStore, directory: string, version: string): void {
  const stamp = readState(stateFile(files, FILE), checkStamp)
  const unknown = Object.entries(stamp?.layouts ?? {}).filter(([name, layout]) => layout > layoutOf(name))
  if (stamp && unknown.length > 0) {
    throw new NetWatcherError(
      'failed_precondition',
      'NEWER_STATE',
      `The state directory ${directory} was written by netwatcherd ${stamp.version}, and this is ${version}, which cannot read its ${unknown.map(([name]) => name).join(', ')}: start that version again, or move the directory away and begin without them.`,
    )
  }
  const content = JSON.stringify({ version, layouts: STATE_LAYOUT })
  if (JSON.stringify(stamp) === content) return
  try {
    files.write(FILE, content)
  } catch {
    // A full disk is told by who opened the directory, and no reason not to watch.
  }
}

/** What this version does not have is in no file that it reads. */
function layoutOf(name: string): number {
  return STATE_LAYOUT[name as keyof typeof STATE_LAYOUT] ?? Number.POSITIVE_INFINITY
}
