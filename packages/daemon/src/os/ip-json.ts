/** Asks the kernel over netlink by way of `ip -j` (iproute2), which prints a JSON array of objects. */

import type { CommandOutcome, CommandRunner } from './command.js'

const TIMEOUT_MS = 5000
/** A router with a full table of routes prints a great deal. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024

/** Throws, with the reason in words, for anything but a complete answer. */
export async function readIpJson(
  run: CommandRunner,
  args: readonly string[],
): Promise<Record<string, unknown>[]> {
  const argv = ['-j', ...args]
  const outcome = await run('ip', argv, { timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES })
  const problem = failure(outcome)
  if (problem !== null) throw new Error(`ip ${argv.join(' ')}: ${problem}`)
  const rows = outcome.type === 'exited' ? parseRows(outcome.stdout) : null
  if (!rows) throw new Error(`ip ${argv.join(' ')}: it printed something else than JSON`)
  return rows
}

function failure(outcome: CommandOutcome): string | null {
  if (outcome.type === 'not_found') return 'it is not installed (iproute2)'
  if (outcome.type === 'stopped') {
    return outcome.reason === 'timeout' ? 'it did not finish in time' : 'it printed too much'
  }
  if (outcome.code === 0) return null
  return outcome.stderr.trim().split('\n')[0] || `exit code ${outcome.code}`
}

/** Nothing at all is what some versions print for an empty table. */
function parseRows(text: string): Record<string, unknown>[] | null {
  if (text.trim() === '') return []
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) ? rows.filter((row) => typeof row === 'object' && row !== null) : null
  } catch {
    return null
  }
}
