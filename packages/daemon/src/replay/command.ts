/**
 * Connects the replay to this process: its streams and its rights. A capture
 * file is as hostile as the wire, so no byte of it may be decoded with
 * privilege: root opens the file, nobody reads it.
 */

import { once } from 'node:events'
import { giveUpRights, ownRights } from '../capture/give-up-rights.js'
import { replay } from './replay.js'

/** Lines are written in blocks of about this many characters. */
const BLOCK_CHARACTERS = 65_536
/** Debian's nobody and nogroup, the same on every Linux (and the kernel's overflow ids). */
const NOBODY = 65_534

export async function replayCommand(args: readonly string[]): Promise<number> {
  // A reader that goes away, such as `head`, is no error.
  process.stdout.on('error', () => process.exit(0))
  let block = ''
  const output = {
    out: (line: string) => {
      block += `${line}\n`
      if (block.length < BLOCK_CHARACTERS) return
      process.stdout.write(block)
      block = ''
    },
    error: (line: string) => process.stderr.write(`${line}\n`),
  }
  const status = await replay(args, output, giveUpRoot)
  if (!process.stdout.write(block)) await once(process.stdout, 'drain')
  return status
}

/** Does nothing when there is no root to give up. */
function giveUpRoot(): void {
  if (process.getuid?.() === 0) giveUpRights(ownRights, NOBODY, NOBODY)
}
