/**
 * The kernel's own counters of an interface (/sys/class/net/NAME/statistics),
 * against which coverage is stated. They count frame bytes without FCS, as the
 * sensors do.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface KernelCounters {
  /** Received and sent together. */
  packets: number
  bytes: number
}

export function readKernelCounters(interfaceName: string, root = '/'): KernelCounters {
  const read = (counter: string) => {
    try {
      const path = join(root, 'sys/class/net', interfaceName, 'statistics', counter)
      return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0
    } catch {
      // The interface is gone.
      return 0
    }
  }
  return {
    packets: read('rx_packets') + read('tx_packets'),
    bytes: read('rx_bytes') + read('tx_bytes'),
  }
}
