/**
 * The kernel's neighbour table: what the machine itself has resolved lately, by
 * `ip` (ip-neighbour(8)), which knows both families and the state of each entry.
 * IPv4 alone is also in /proc/net/arp (arp(7)).
 */

import { isGroupMac, parseIp, parseMac, ZERO_MAC } from '@netwatcher/shared'
import type { CommandRunner } from './command.js'
import { readIpJson } from './ip-json.js'
import { readSystemFile } from './system-file.js'

export interface Neighbor {
  interface: string
  ip: string
  mac: string
}

/** An address that the machine has asked for; `mac` is empty when nobody has answered so far. */
export interface NeighborEntry extends Neighbor {
  /** As ip-neighbour(8) names it, for example REACHABLE, INCOMPLETE or FAILED. */
  state: string
}

/** ATF_COM of linux/if_arp.h: the entry is complete. */
const COMPLETE_FLAG = 0x2
/** States in which an entry does not prove a neighbour (ip-neighbour(8)). */
const UNPROVEN_STATES = new Set(['INCOMPLETE', 'FAILED', 'NOARP', 'NONE'])

/** All entries of both families, the unanswered ones, too. Throws when they cannot be read. */
export async function readNeighborEntries(run: CommandRunner): Promise<NeighborEntry[]> {
  return (await readIpJson(run, ['neigh', 'show'])).flatMap(neighborEntry)
}

/** The proven neighbours; where `ip` cannot be used, of IPv4 alone. */
export async function readNeighborTable(run: CommandRunner, root = '/'): Promise<Neighbor[]> {
  const entries = await readNeighborEntries(run).catch(() => null)
  return entries ? provenNeighbors(entries) : parseProcNetArp(await readSystemFile(root, 'proc/net/arp'))
}

/** Those whose MAC the kernel has found out, and still holds for true. */
export function provenNeighbors(entries: readonly NeighborEntry[]): Neighbor[] {
  return entries.flatMap(({ interface: name, ip, mac, state }) => {
    return mac === '' || UNPROVEN_STATES.has(state) ? [] : [{ interface: name, ip, mac }]
  })
}

/** Columns: IP address, HW type, Flags, HW address, Mask, Device. */
export function parseProcNetArp(text: string): Neighbor[] {
  return text.split('\n').flatMap((line) => {
    const [ipText = '', , flags = '', macText = '', , device = ''] = line.trim().split(/\s+/)
    const ip = parseIp(ipText)
    const mac = hostMac(macText)
    const isComplete = (Number.parseInt(flags, 16) & COMPLETE_FLAG) !== 0
    return isComplete && ip && mac && device !== '' ? [{ interface: device, ip, mac }] : []
  })
}

/** A row of `ip -j neigh`: `{dst, dev, lladdr, state}`. */
function neighborEntry(row: Record<string, unknown>): NeighborEntry[] {
  const ip = parseIp(String(row.dst))
  const states: unknown[] = Array.isArray(row.state) ? row.state : []
  if (!ip || typeof row.dev !== 'string') return []
  return [
    { interface: row.dev, ip, mac: hostMac(String(row.lladdr)) ?? '', state: String(states[0] ?? 'NONE') },
  ]
}

function hostMac(text: string): string | null {
  const mac = parseMac(text)
  return mac && mac !== ZERO_MAC && !isGroupMac(mac) ? mac : null
}
