/**
 * The web part never runs as root: what root starts is itself once more through
 * setpriv(1), as its own user and without a way back. This process then only
 * passes signals on and waits.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Account } from './hand-over.js'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Gives the exit code. `input` is a file that root has opened for it. */
export async function startAsUser(
  { uid, gid }: Account,
  argv: readonly string[],
  input: number | 'inherit' = 'inherit',
): Promise<number> {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--no-new-privs']
  const options = [...identity, '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig=TERM']
  const child = spawn('setpriv', [...options, '--', ...argv], { stdio: [input, 'inherit', 'inherit'] })
  for (const signal of SIGNALS) process.on(signal, () => void child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
