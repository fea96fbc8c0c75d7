/** AlertService: the alerts that are held, their evidence, and pinned bindings. */

import { invalidArgument, KIB, NetWatcherError } from '@netwatcher/shared'
import {
  AlertServiceService,
  type GetEvidenceRequest,
  type GetEvidenceResponse,
  type ListAlertsRequest,
  type PinBindingRequest,
  type UnpinBindingRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { toStoredAlert } from '../convert/alert.js'
import type { AlertStore } from '../journal/alert-store.js'
import type { PinnedBindings } from '../journal/pinned-bindings.js'
import type { Handlers } from './handlers.js'
import { checkAlertId, checkBinding, checkPageSize } from './requests.js'
import type { RpcService } from './service.js'

const MAX_DOWNLOADS = 8
const CHUNK_BYTES = 32 * KIB

export interface AlertServiceDependencies {
  handlers: Handlers
  daemonId: string
  alerts: AlertStore
  pinned: PinnedBindings
  /** Tells the sensors. */
  onPinned(): void
}

export function createAlertService(deps: AlertServiceDependencies): RpcService {
  const { handlers, daemonId, alerts, pinned, onPinned } = deps
  const bindings = () => ({ bindings: pinned.list() })
  const getEvidence = handlers.stream<GetEvidenceRequest, GetEvidenceResponse>(
    MAX_DOWNLOADS,
    async (request, stream) => {
      const evidence = alerts.evidence(checkAlertId(request.alertId))
      if (!evidence) {
        throw new NetWatcherError('not_found', 'EVIDENCE_NOT_FOUND', 'There is no evidence of this alert.')
      }
      for (let offset = 0; offset < evidence.length; offset += CHUNK_BYTES) {
        await stream.write({ chunk: Buffer.from(evidence.subarray(offset, offset + CHUNK_BYTES)) })
      }
    },
  )
  return {
    definition: AlertServiceService,
    implementation: {
      getEvidence,
      listAlerts: handlers.unary((request: ListAlertsRequest) => {
        const query = { limit: checkPageSize(request.pageSize), activeOnly: request.activeOnly }
        return { alerts: alerts.list(query).map((alert) => toStoredAlert(alert, daemonId)) }
      }),
      listPinnedBindings: handlers.unary(bindings),
      pinBinding: handlers.unary((request: PinBindingRequest) => {
        pinned.pin(checkBinding(request.binding))
        onPinned()
        return bindings()
      }),
      unpinBinding: handlers.unary((request: UnpinBindingRequest) => {
        if (!request.binding) throw invalidArgument('IP_INVALID', 'The binding is missing.')
        pinned.unpin(checkBinding(request.binding))
        onPinned()
        return bindings()
      }),
    },
  }
}
