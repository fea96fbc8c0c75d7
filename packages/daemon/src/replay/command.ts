/** Connects the replay to this process: its streams and its rights. */

import { once } from 'node:events'
import { replay } from './replay.js'

/** Lines are written in blocks of about this many characters. */
const BLOCK_CHARACTERS = 65_536

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
  const status = await replay(args, output, process)
  if (!process.stdout.write(block)) await once(process.stdout, 'drain')
  return status
}
