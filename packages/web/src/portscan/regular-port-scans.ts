/** Scans the ports of the devices that somebody wants scanned regularly, one after the other. */

import { MINUTE_MS } from '@netwatcher/shared'
import type { PortScanUpdate } from '../daemon/types.js'
import { type PortScanResult, readPorts } from './scan-ports.js'

/** The daemon ends the longest profile somewhat earlier. */
const WITHIN_MS = 10 * MINUTE_MS

export interface RegularPortScanDeps {
  takeDue: () => Promise<{ siteId: number; ip: string }[]>
  /** Null: no daemon of that site is connected. */
  scannerOf: (siteId: number) => ((ip: string, signal: AbortSignal) => AsyncIterable<PortScanUpdate>) | null
  record: (siteId: number, ip: string, result: PortScanResult) => Promise<void>
  /** Of one that failed: the others go on. */
  onError: (error: unknown) => void
}

export async function scanWhoIsDue(deps: RegularPortScanDeps): Promise<void> {
  for (const { siteId, ip } of await deps.takeDue()) {
    const scan = deps.scannerOf(siteId)
    if (scan === null) continue
    try {
      await deps.record(siteId, ip, await readPorts(scan(ip, AbortSignal.timeout(WITHIN_MS))))
    } catch (error) {
      deps.onError(error)
    }
  }
}
