/** What the scans of several interfaces come to together. */

import type { ScanProgress, ScanSummary } from '../model/scan.js'

export function sumProgress(all: readonly ScanProgress[]): ScanProgress {
  const sum = (pick: (one: ScanProgress) => number) => all.reduce((total, one) => total + pick(one), 0)
  return { asked: sum((one) => one.asked), total: sum((one) => one.total), found: sum((one) => one.found) }
}

/** It only says ARP when all of it was, and is complete when all of it is. */
export function mergeSummaries(all: readonly ScanSummary[]): ScanSummary {
  const sum = (pick: (summary: ScanSummary) => number) => all.reduce((total, one) => total + pick(one), 0)
  const details = new Map(all.flatMap((one) => one.details).map((one) => [JSON.stringify(one), one]))
  return {
    method: all.every((one) => one.method === 'arp') ? 'arp' : 'neighbor_table',
    details: [...details.values()],
    found: sum((one) => one.found),
    total: sum((one) => one.total),
    sent: sum((one) => one.sent),
    durationMs: Math.max(...all.map((one) => one.durationMs)),
    targets: [...new Set(all.flatMap((one) => one.targets))],
    vlan: 0,
    isComplete: all.every((one) => one.isComplete),
  }
}
