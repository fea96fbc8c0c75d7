/**
 * Runs nmap against one host of a watched subnet, as an unprivileged user, in
 * bounded time and with bounded output. What it prints is passed on unread:
 * the scanned host has a say in it, and this process has rights.
 */

import {
  type Cidr,
  cidrContains,
  invalidArgument,
  isLinkLocalIp,
  KIB,
  MIB,
  NetWatcherError,
  parseIp,
  type Text,
  text,
} from '@netwatcher/shared'
import type { CommandOutcome, CommandRunner } from '../os/command.js'
import { type NmapProfiles, nmapArguments, type PortScanProfile } from './profiles.js'

export interface PortScannerDependencies {
  run: CommandRunner
  /** `nmap`, or the path of another program in tests. */
  program: string
  profiles: NmapProfiles
  /** Why no ports may be scanned; empty when they may. */
  obstacle: string
  isRoot: boolean
  /** Whom nmap runs as when the daemon is root; null when there is no such user. */
  user: { uid: number; gid: number } | null
  watchedSubnets(): readonly Cidr[]
}

const MAX_OUTPUT_BYTES = 2 * MIB
const MAX_CHUNK_BYTES = 32 * KIB

export class PortScanner {
  constructor(private readonly deps: PortScannerDependencies) {}

  /**
   * Gives nmap's XML in chunks of at most 32 KiB and settles with what was
   * looked at. Throws a NetWatcherError when nmap did not come to its end.
   */
  async scan(
    target: { ip: string; profile: PortScanProfile },
    signal: AbortSignal,
    onOutput: (chunk: Uint8Array) => void,
  ): Promise<Text> {
    const { run, program, profiles } = this.deps
    const user = this.checkAllowed()
    const ip = this.checkTarget(target.ip)
    const profile = profiles[target.profile]
    const outcome = await run(program, nmapArguments(profile, ip), {
      timeoutMs: profile.timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      signal,
      ...(user ? { user } : {}),
      onStdout: (bytes) => {
        for (let at = 0; at < bytes.length; at += MAX_CHUNK_BYTES) {
          onOutput(bytes.subarray(at, at + MAX_CHUNK_BYTES))
        }
      },
    })
    if (!isSuccess(outcome)) throw failure(outcome)
    return text('port_scan_finished', { count: profile.ports })
  }

  private checkAllowed(): { uid: number; gid: number } | null {
    const { obstacle, isRoot, user } = this.deps
    if (obstacle !== '') throw failedPrecondition('PORT_SCAN_DISABLED', obstacle)
    if (isRoot && !user) {
      throw failedPrecondition('NMAP_USER_MISSING', 'There is no unprivileged user to run nmap as.')
    }
    return isRoot && user ? { uid: user.uid, gid: user.gid } : null
  }

  private checkTarget(asked: string): string {
    const ip = parseIp(asked)
    if (!ip) throw invalidArgument('TARGET_INVALID', 'The target must be one IP address.')
    // nmap would need the interface with it, and no caller's text goes into its arguments.
    if (ip.includes(':') && isLinkLocalIp(ip)) {
      throw invalidArgument('TARGET_LINK_LOCAL', 'A link-local IPv6 address cannot be scanned.')
    }
    if (!this.deps.watchedSubnets().some((subnet) => cidrContains(subnet, ip))) {
      throw invalidArgument('TARGET_NOT_WATCHED', 'The target is not in a watched subnet.')
    }
    return ip
  }
}

function isSuccess(outcome: CommandOutcome): boolean {
  return outcome.type === 'exited' && outcome.code === 0
}

function failure(outcome: CommandOutcome): NetWatcherError {
  if (outcome.type === 'not_found') {
    return failedPrecondition('NMAP_MISSING', 'nmap is not installed on this machine.')
  }
  if (outcome.type === 'stopped' && outcome.reason === 'timeout') {
    return new NetWatcherError('unavailable', 'NMAP_TIMEOUT', 'nmap took too long and was ended.')
  }
  if (outcome.type === 'stopped' && outcome.reason === 'output_limit') {
    return new NetWatcherError(
      'resource_exhausted',
      'NMAP_OUTPUT_LIMIT',
      'nmap printed too much and was ended.',
    )
  }
  return new NetWatcherError('internal', 'NMAP_FAILED', `nmap failed: ${lastLine(outcome.stderr)}`)
}

function failedPrecondition(reason: string, message: string): NetWatcherError {
  return new NetWatcherError('failed_precondition', reason, message)
}

/** nmap's reason is in its last line: `QUITTING!` follows it. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && line !== 'QUITTING!')
  return (lines.at(-1) ?? 'it gave no reason').slice(0, 200)
}
