/** Opens the daemon's state directory, and those within it; what goes wrong with their files is in its status. */

import { join } from 'node:path'
import { text } from '@netwatcher/shared'
import type { Notices } from './journal/notices.js'
import type { Logger } from './os/log.js'
import { type FileStore, openStateDirectory, type SetAside } from './os/state-directory.js'
import { ToldWrites } from './os/told-writes.js'
import { systemTimers } from './time/timers.js'

/** Gives what opens the state directory, or one within it. */
export function stateOpener(
  directory: string,
  notices: Notices,
  log: Logger,
): (...names: string[]) => FileStore {
  const writes = new ToldWrites(
    () => systemTimers.nowMs(),
    (why) => tellUnwritten(why, notices, log),
  )
  return (...names) =>
    writes.of(openStateDirectory(join(directory, ...names), (one) => tellSetAside(one, notices, log)))
}

function tellSetAside({ path, file, why }: SetAside, notices: Notices, log: Logger): void {
  log.error('A damaged file was set aside', { file, why, path })
  notices.add({ text: text('state_file_damaged', { file, path }), atMs: Date.now() })
}

function tellUnwritten(why: string, notices: Notices, log: Logger): void {
  log.error('The state directory cannot be written to', { why })
  notices.add({ text: text('state_not_written', { why }), atMs: Date.now() })
}
