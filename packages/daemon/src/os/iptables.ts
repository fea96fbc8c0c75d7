/**
 * iptables-save(8) and iptables-restore(8) of both families. Each change is one
 * run of iptables-restore: the kernel takes its whole text or none of it.
 * `-w` waits for the lock that the legacy tools share; the nft ones need none.
 */

import { type IpFamily, NetWatcherError } from '@netwatcher/shared'
import type { CommandOutcome, CommandRunner } from './command.js'

export interface IptablesRunner {
  /** What `iptables --version` prints; null when iptables or ip6tables is missing. */
  version(): Promise<string | null>
  /** The filter table in iptables-save form. */
  save(family: IpFamily): Promise<string>
  /** Applies the whole text, or throws and has changed nothing. */
  restore(family: IpFamily, text: string): Promise<void>
}

const LOCK_WAIT_SECONDS = 5
/** Longer than the wait for the lock. */
const TIMEOUT_MS = 10_000
/** "Resource problem": the lock stayed taken, or the kernel refused. */
const EXIT_RESOURCE_PROBLEM = 4

export function createIptables(runCommand: CommandRunner): IptablesRunner {
  const run = async (program: string, args: string[], input = ''): Promise<string> => {
    const outcome = await runCommand(program, args, { timeoutMs: TIMEOUT_MS, input })
    if (outcome.type === 'exited' && outcome.code === 0) return outcome.stdout
    throw failure(program, outcome)
  }
  const version = async (program: string): Promise<string | null> => {
    const outcome = await runCommand(program, ['--version'], { timeoutMs: TIMEOUT_MS })
    return outcome.type === 'exited' && outcome.code === 0 ? outcome.stdout.trim() : null
  }
  return {
    version: async () => ((await version('ip6tables')) === null ? null : version('iptables')),
    save: (family) => run(`${prefix(family)}-save`, ['-t', 'filter']),
    restore: async (family, text) => {
      await run(`${prefix(family)}-restore`, ['--noflush', '-w', `${LOCK_WAIT_SECONDS}`], text)
    },
  }
}

function prefix(family: IpFamily): string {
  return family === 4 ? 'iptables' : 'ip6tables'
}

function failure(program: string, outcome: CommandOutcome): NetWatcherError {
  switch (outcome.type) {
    case 'not_found':
      return new NetWatcherError(
        'failed_precondition',
        'IPTABLES_MISSING',
        `${program} is not installed: install iptables, then restart netwatcherd.`,
      )
    case 'stopped':
      return new NetWatcherError('unavailable', 'IPTABLES_TIMEOUT', `${program} did not finish in time.`)
    case 'exited': {
      const text = outcome.stderr.trim().split('\n')[0] || `exit code ${outcome.code}`
      return outcome.code === EXIT_RESOURCE_PROBLEM
        ? new NetWatcherError('unavailable', 'IPTABLES_BUSY', `${program}: ${text}`)
        : new NetWatcherError('internal', 'IPTABLES_FAILED', `${program}: ${text}`)
    }
  }
}
