/**
 * Which of this machine's interfaces are in one layer-2 segment. The evidence is
 * the wire: what one of them sends is heard on the other. Equal subnets are none,
 * for many separate networks are 192.168.1.0/24. What was heard counts until an
 * interface loses its link, since a cable may then be somewhere else, or for a day.
 */

import { DAY_MS } from '@netwatcher/shared'
import type { CaptureStatus, PlacedStatus } from '../model/capture.js'
import type { HostSeen } from '../model/host.js'

const HEARD_MS = DAY_MS

export interface SegmentsDependencies {
  /** Interfaces of this machine that are watched, with their MACs; empty where there is none. */
  own(): readonly { name: string; mac: string }[]
  /** From any origin; never goes back. */
  nowMs(): number
}

export class Segments {
  /** When an interface last heard another, by both names in their order. */
  private readonly heard = new Map<string, { names: readonly [string, string]; atMs: number }>()

  constructor(private readonly deps: SegmentsDependencies) {}

  /** Takes note of hosts that were seen on an interface. */
  note(interfaceName: string, hosts: readonly HostSeen[]): void {
    const own = this.deps.own()
    // A card and the VLANs on it share a MAC, which does not tell which of them was heard.
    const isUnique = (mac: string) => mac !== '' && own.filter((one) => one.mac === mac).length === 1
    for (const { name, mac } of own) {
      if (name === interfaceName || !isUnique(mac)) continue
      if (!hosts.some((host) => host.mac === mac && host.vlan === 0)) continue
      const names = name < interfaceName ? ([name, interfaceName] as const) : ([interfaceName, name] as const)
      this.heard.set(names.join(' '), { names, atMs: this.deps.nowMs() })
    }
  }

  /** The interface has no link, or is not watched any more. */
  forget(interfaceName: string): void {
    for (const [key, { names }] of this.heard) if (names.includes(interfaceName)) this.heard.delete(key)
  }

  /** The interfaces in the segment of that one, itself among them, in the order of their names. */
  members(interfaceName: string): string[] {
    const pairs = this.recent()
    const members = new Set([interfaceName])
    for (const member of members) {
      for (const [a, b] of pairs) {
        if (a === member) members.add(b)
        if (b === member) members.add(a)
      }
    }
    return [...members].sort()
  }

  /** Its name: that of the first interface in it. */
  name(interfaceName: string): string {
    return this.members(interfaceName)[0] ?? interfaceName
  }

  place(status: CaptureStatus): PlacedStatus {
    return { ...status, segment: this.name(status.interface) }
  }

  private recent(): (readonly [string, string])[] {
    const nowMs = this.deps.nowMs()
    return [...this.heard.values()].filter(({ atMs }) => nowMs - atMs < HEARD_MS).map(({ names }) => names)
  }
}
