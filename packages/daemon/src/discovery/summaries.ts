/** What the scans of several interfaces come to together. */

import type { InterfaceScan, MergedSummary, ScanProgress, ScanSummary } from '../model/scan.js'

export function sumProgress(all: readonly ScanProgress[]): ScanProgress {
  const sum = (pick: (one: ScanProgress) => number) => all.reduce((total, one) => total + pick(one), 0)
  return { asked: sum((one) => one.asked), total: sum((one) => one.total), found: sum((one) => one.found) }
}

export function interfaceScan(name: string, { method, details }: ScanSummary): InterfaceScan {
  return { interface: name, method, details }
}

/** It only says ARP when all of it was, and is complete when all of it is. */
export function mergeSummaries(scans: readonly { name: string; summary: ScanSummary }[]): MergedSummary {
  const all = scans.map(({ summary }) => summary)
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
    interfaces: scans.map(({ name, summary }) => interfaceScan(name, summary)),
  }
}
