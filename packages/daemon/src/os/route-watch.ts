/**
 * Tells of every change of routes in any table, and of the next hops that they
 * name: `ip monitor route nexthop` (ip-monitor(8)) prints a line for each as the
 * kernel announces it over netlink (rtnetlink(7)).
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { CommandRunner } from './command.js'

/** Its output is not kept, but counted: it is started again before that can matter. */
const RESTART_MS = 10 * MINUTE_MS
const RETRY_MS = 10_000

/** Gives what ends it. Where `ip` cannot be used, nothing is told. */
export function watchRoutes(run: CommandRunner, onChange: () => void): () => void {
  const ending = new AbortController()
  const { signal } = ending
  let timer: NodeJS.Timeout | undefined
  const watch = async () => {
    const options = { timeoutMs: RESTART_MS, signal, onStdout: onChange }
    const outcome = await run('ip', ['-o', 'monitor', 'route', 'nexthop'], options).catch(() => null)
    if (signal.aborted) return
    // What happened in between was not seen.
    onChange()
    const hasWorked = outcome?.type === 'stopped'
    timer = setTimeout(() => void watch(), hasWorked ? 0 : RETRY_MS)
  }
  void watch()
  return () => {
    clearTimeout(timer)
    ending.abort()
  }
}
