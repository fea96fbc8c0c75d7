/**
 * Who has been seen on each interface, as the sensors and scans told it. Bounded
 * per interface: a flood of invented addresses pushes out the longest unseen.
 */

import type { TableStatus } from '@netwatcher/shared'
import type { HostSeen } from '../model/host.js'

const MAX_PER_INTERFACE = 16_384

export class Neighbors {
  /** By interface, then by address and MAC, the least recently seen first. */
  private readonly byInterface = new Map<string, Map<string, HostSeen>>()
  private evicted = 0

  note(interfaceName: string, hosts: readonly HostSeen[]): void {
    let table = this.byInterface.get(interfaceName)
    if (!table) {
      table = new Map()
      this.byInterface.set(interfaceName, table)
    }
    for (const host of hosts) {
      // A neighbour is a binding.
      if (host.ip === '') continue
      const key = `${host.ip} ${host.mac}`
      table.delete(key)
      table.set(key, host)
      if (table.size <= MAX_PER_INTERFACE) continue
      const [oldest] = table.keys()
      if (oldest !== undefined) table.delete(oldest)
      this.evicted++
    }
  }

  /** Forgets an interface that is no longer watched. */
  forget(interfaceName: string): void {
    this.byInterface.delete(interfaceName)
  }

  /** Of all interfaces together. */
  table(): TableStatus {
    const tables = [...this.byInterface.values()]
    const entries = tables.reduce((sum, table) => sum + table.size, 0)
    const capacity = MAX_PER_INTERFACE * Math.max(1, tables.length)
    return { table: 'neighbors', entries, capacity, evicted: this.evicted, refused: 0 }
  }

  list(interfaceName: string): HostSeen[] {
    return [...(this.byInterface.get(interfaceName)?.values() ?? [])]
  }
}
