/**
 * The kernel's neighbour table: what the machine itself has resolved lately.
 * IPv4 from /proc/net/arp (arp(7)); IPv6 has no such file, so it is asked of
 * `ip` (ip-neighbour(8)), and left out where `ip` is not installed.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isGroupMac, parseIp, parseMac, ZERO_MAC } from '@netwatcher/shared'
import type { CommandRunner } from './command.js'

export interface Neighbor {
  interface: string
  ip: string
  mac: string
}

/** ATF_COM of linux/if_arp.h: the entry is complete. */
const COMPLETE_FLAG = 0x2
/** States in which an IPv6 entry does not prove a neighbour (ip-neighbour(8)). */
const UNPROVEN_STATES = new Set(['INCOMPLETE', 'FAILED', 'NOARP', 'NONE'])
const TIMEOUT_MS = 5000

export async function readNeighborTable(run: CommandRunner, root = '/'): Promise<Neighbor[]> {
  const [arp, outcome] = await Promise.all([
    readFile(join(root, 'proc/net/arp'), 'utf8').catch(() => ''),
    run('ip', ['-j', '-6', 'neigh', 'show'], { timeoutMs: TIMEOUT_MS }),
  ])
  const ipv6 = outcome.type === 'exited' && outcome.code === 0 ? parseIpNeigh(outcome.stdout) : []
  return [...parseProcNetArp(arp), ...ipv6]
}

/** Columns: IP address, HW type, Flags, HW address, Mask, Device. */
export function parseProcNetArp(text: string): Neighbor[] {
  return text.split('\n').flatMap((line) => {
    const [ip = '', , flags = '', mac = '', , device = ''] = line.trim().split(/\s+/)
    return (Number.parseInt(flags, 16) & COMPLETE_FLAG) === 0 ? [] : neighbor(ip, mac, device)
  })
}

/** Output of `ip -j -6 neigh`: a JSON array of `{dst, dev, lladdr, state}`. */
export function parseIpNeigh(text: string): Neighbor[] {
  const rows = parseJson(text)
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: unknown) => {
    const { dst, dev, lladdr, state } = (row ?? {}) as Record<string, unknown>
    if (Array.isArray(state) && state.some((name) => UNPROVEN_STATES.has(String(name)))) return []
    return neighbor(String(dst), String(lladdr), typeof dev === 'string' ? dev : '')
  })
}

function neighbor(ipText: string, macText: string, name: string): Neighbor[] {
  const ip = parseIp(ipText)
  const mac = parseMac(macText)
  if (!ip || !mac || name === '' || mac === ZERO_MAC || isGroupMac(mac)) return []
  return [{ interface: name, ip, mac }]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
