/** What this process may do: effective capabilities as the kernel states them (proc_pid_status(5)). */

import { readFileSync } from 'node:fs'

/** Bits of linux/capability.h. */
export const CAP_DAC_READ_SEARCH = 2n
export const CAP_SETGID = 6n
export const CAP_SETUID = 7n
export const CAP_NET_ADMIN = 12n
export const CAP_NET_RAW = 13n

export function effectiveCapabilities(status = readFileSync('/proc/self/status', 'utf8')): bigint {
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (hex === undefined) throw new Error('/proc/self/status has no CapEff')
  return BigInt(`0x${hex}`)
}

export function hasCapability(capabilities: bigint, bit: bigint): boolean {
  return ((capabilities >> bit) & 1n) === 1n
}
