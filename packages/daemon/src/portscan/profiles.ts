/**
 * The port scans that can be asked for, as whole argument lists of nmap(1).
 * Nothing from a caller is in them but the address behind `--`.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'

export type PortScanProfile = 'quick' | 'services'

export interface NmapProfile {
  /** How many of the most common TCP ports. */
  ports: number
  args: readonly string[]
  /** After this the whole process group is ended. */
  timeoutMs: number
}

export type NmapProfiles = Record<PortScanProfile, NmapProfile>

/**
 * No name look-up, no host discovery (the host is known), plain connections
 * (which need no privilege), XML on standard output with progress.
 */
const COMMON = ['-n', '-Pn', '-sT', '--unprivileged', '--noninteractive', '--no-stylesheet', '-oX', '-']
const PROGRESS = ['--stats-every', '1s']

export const PROFILES: NmapProfiles = {
  quick: {
    ports: 100,
    args: [...COMMON, ...PROGRESS, '--top-ports', '100', '--host-timeout', '110s'],
    timeoutMs: 2 * MINUTE_MS,
  },
  services: {
    ports: 1000,
    args: [...COMMON, ...PROGRESS, '--top-ports', '1000', '-sV', '--version-light', '--host-timeout', '570s'],
    timeoutMs: 10 * MINUTE_MS - 5 * SECOND_MS,
  },
}

export function nmapArguments(profile: NmapProfile, ip: string): string[] {
  return [...profile.args, ...(ip.includes(':') ? ['-6'] : []), '--', ip]
}
