/**
 * The web part never runs as root: what root starts is itself once more through
 * setpriv(1), as its own user and without a way back. This process then only
 * passes signals on and waits.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Gives the exit code. */
export async function startAsUser(user: string, argv: readonly string[]): Promise<number> {
  const options = [
    `--reuid=${user}`,
    `--regid=${user}`,
    '--init-groups',
    '--no-new-privs',
    '--pdeathsig=TERM',
  ]
  const child = spawn('setpriv', [...options, '--', ...argv], { stdio: 'inherit' })
  for (const signal of SIGNALS) process.on(signal, () => void child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
