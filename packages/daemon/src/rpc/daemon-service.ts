/** DaemonService: what the daemon is, sees and may do. */

import { DaemonServiceService, type GetStatusResponse } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import { toCaptureStatus } from '../convert/capture.js'
import { toPosition } from '../convert/event.js'
import { wholeNumber } from '../convert/numbers.js'
import type { JournalStatus } from '../journal/journal.js'
import type { CaptureStatus } from '../model/capture.js'
import type { Handlers } from './handlers.js'
import type { RpcService } from './service.js'

export interface Capability {
  name: 'capture' | 'arp_scan' | 'ping_scan' | 'active_verification' | 'firewall' | 'port_scan'
  isEnabled: boolean
  /** Why it is not. */
  detail: string
}

export interface DaemonServiceDependencies {
  handlers: Handlers
  version: string
  daemonId: string
  startedMs: number
  statuses(): CaptureStatus[]
  capabilities(): Capability[]
  journal(): JournalStatus
  unacknowledgedAlerts(): number
  probeBudgetPerMinute: number
  probesLastMinute(): number
}

export function createDaemonService(deps: DaemonServiceDependencies): RpcService {
  const { handlers, version, daemonId } = deps
  const getStatus = handlers.unary((): GetStatusResponse => {
    const { oldest, newest, bytes, capacityBytes, droppedEvents, subscribers } = deps.journal()
    return {
      version,
      daemonId,
      bootId: newest.bootId,
      startedMs: wholeNumber(deps.startedMs),
      sensors: deps.statuses().map((status) => toCaptureStatus(status, daemonId)),
      capabilities: deps.capabilities(),
      journal: {
        oldest: toPosition(oldest),
        newest: toPosition(newest),
        bytes: wholeNumber(bytes),
        capacityBytes: wholeNumber(capacityBytes),
        droppedEvents: wholeNumber(droppedEvents),
        unacknowledgedAlerts: deps.unacknowledgedAlerts(),
        subscribers,
      },
      pid: process.pid,
      rssBytes: wholeNumber(process.memoryUsage.rss()),
      probeBudgetPerMinute: deps.probeBudgetPerMinute,
      probesLastMinute: deps.probesLastMinute(),
    }
  })
  return { definition: DaemonServiceService, implementation: { getStatus } }
}
