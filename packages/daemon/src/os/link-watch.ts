/**
 * Notices that an interface has come, gone, been renamed, or changed its
 * addresses, without a process or socket of its own: one getifaddrs(3), and two
 * small files per interface, cost well under a millisecond.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

const DIRECTORY = '/sys/class/net'

/** Changes whenever the interfaces of the machine or their states do. */
export function linkFingerprint(): string {
  return listNames()
    .map((name) => `${name} ${readText(name, 'ifindex')} ${readText(name, 'flags')}`)
    .join('\n')
}

/** Changes whenever an address of the machine does. */
export function addressFingerprint(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, entries = []]) => entries.map((entry) => `${name} ${entry.cidr} ${entry.mac}`))
    .join('\n')
}

/** The kernel's number of the interface, which a new one of the same name does not share; empty when gone. */
export function linkIndex(name: string): string {
  return readText(name, 'ifindex')
}

function listNames(): string[] {
  try {
    return readdirSync(DIRECTORY)
  } catch {
    return []
  }
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(join(DIRECTORY, name, file), 'utf8').trim()
  } catch {
    return ''
  }
}
