/** The ports of one host: the daemon runs nmap, its report is read here. */

import { NetWatcherError, type Text, text } from '@netwatcher/shared'
import type { PortFinding } from '../contract/portscan.js'
import type { PortScanUpdate } from '../daemon/types.js'
import { NmapReport } from './nmap-report.js'

export interface PortScanResult {
  ports: PortFinding[]
  summary: Text
}

/** Leaving off in the middle, as at a report that cannot be read, ends nmap. */
export async function readPorts(updates: AsyncIterable<PortScanUpdate>): Promise<PortScanResult> {
  const report = new NmapReport()
  for await (const update of updates) {
    if (update.kind === 'output') report.push(update.bytes)
    else return finish(report, update.outcome)
  }
  throw new NetWatcherError('unavailable', 'PORT_SCAN_CUT_SHORT', 'The scan ended before nmap did.')
}

function finish(report: NmapReport, outcome: Text): PortScanResult {
  report.end()
  const { ports, hasTimedOut } = report
  if (hasTimedOut) return { ports, summary: text('port_scan_host_slow') }
  const open = ports.filter(({ state }) => state === 'open').length
  return { ports, summary: text('port_scan_open_ports', { ...outcome.params, open }) }
}
