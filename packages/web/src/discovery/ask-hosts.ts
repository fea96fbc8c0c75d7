/**
 * Asks single hosts whether they are there: a scan of nothing but their
 * addresses. Who answers is told by the daemon's events, like any other host.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { DaemonApi, ScanSummary } from '../daemon/types.js'

/** Of one scan. */
const MAX_TARGETS = 64
const WITHIN_MS = 60 * SECOND_MS

/** False when not all of them were asked as often as planned, for whatever reason. */
export async function askHosts(
  api: Pick<DaemonApi, 'scan'>,
  interfaceName: string,
  ips: readonly string[],
): Promise<boolean> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  try {
    for (let i = 0; i < ips.length; i += MAX_TARGETS) {
      const targets = ips.slice(i, i + MAX_TARGETS).map((ip) => `${ip}/32`)
      let summary: ScanSummary | null = null
      for await (const update of api.scan({ interface: interfaceName, targets }, signal)) {
        if (update.kind === 'summary') summary = update.summary
      }
      if (summary?.method !== 'arp' || !summary.isComplete) return false
    }
    return true
  } catch {
    return false
  }
}
