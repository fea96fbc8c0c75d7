/** DaemonService: what the daemon is, sees and may do. */

import type { TableStatus } from '@netwatcher/shared'
import { DaemonServiceService, type GetStatusResponse } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import { toCaptureStatus } from '../convert/capture.js'
import { toPosition } from '../convert/event.js'
import { wholeNumber } from '../convert/numbers.js'
import { toTable, toText } from '../convert/text.js'
import type { JournalStatus } from '../journal/journal.js'
import type { Notice } from '../journal/notices.js'
import type { Capability, LeftOutInterface, PlacedStatus } from '../model/capture.js'
import type { Handlers } from './handlers.js'
import type { RpcService } from './service.js'

export interface DaemonServiceDependencies {
  handlers: Handlers
  version: string
  daemonId: string
  startedMs: number
  configPath: string
  statuses(): PlacedStatus[]
  capabilities(): Capability[]
  journal(): JournalStatus
  unacknowledgedAlerts(): number
  probeBudgetPerMinute: number
  probesLastMinute(): number
  /** Tables of the daemon itself. */
  tables(): TableStatus[]
  /** What went wrong with the daemon itself. */
  notices(): readonly Notice[]
  leftOut(): LeftOutInterface[]
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
      capabilities: deps.capabilities().map((one) => ({ ...one, detail: toText(one.detail) })),
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
      tables: deps.tables().map(toTable),
      notices: deps.notices().map((one) => ({ text: toText(one.text), atMs: wholeNumber(one.atMs) })),
      configPath: deps.configPath,
      leftOut: deps.leftOut().map(({ name, cause }) => ({ name, cause: toText(cause) })),
    }
  })
  return { definition: DaemonServiceService, implementation: { getStatus } }
}
