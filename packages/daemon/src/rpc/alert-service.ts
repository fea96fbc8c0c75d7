/** AlertService: the alerts that are held, their evidence, and pinned bindings. */

import { KIB, NetWatcherError, NO_TEXT } from '@netwatcher/shared'
import {
  AlertServiceService,
  type DrillRequest,
  type GetEvidenceRequest,
  type GetEvidenceResponse,
  type ListAlertsRequest,
  type PinBindingRequest,
  type UnpinBindingRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type { Binding as BindingMessage } from '@netwatcher/shared/gen/netwatcher/v1/common'
import { toStoredAlert } from '../convert/alert.js'
import { wholeNumber } from '../convert/numbers.js'
import type { AlertStore } from '../journal/alert-store.js'
import type { PinnedBindings } from '../journal/pinned-bindings.js'
import type { Audit, Via } from '../model/audit.js'
import type { Binding } from '../model/host.js'
import type { Drills } from '../sensor/drills.js'
import { audited, checkRight, type GroupRights } from './audited.js'
import type { Handlers } from './handlers.js'
import { checkAlertId, checkBinding, checkInterface, checkPageSize } from './requests.js'
import type { RpcService } from './service.js'

const MAX_DOWNLOADS = 8
const CHUNK_BYTES = 32 * KIB

export interface AlertServiceDependencies {
  handlers: Handlers
  daemonId: string
  alerts: AlertStore
  pinned: PinnedBindings
  /** Tells the sensors, and has what contradicts a pin looked for. */
  onPinned(): void
  audit: Audit
  rights: GroupRights
  via: Via
  drills: Pick<Drills, 'start'>
  wallMs(): number
}

export function createAlertService(deps: AlertServiceDependencies): RpcService {
  const { handlers, daemonId, alerts, pinned, onPinned, audit, rights, via, drills, wallMs } = deps
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
  const change = (verb: 'pin' | 'unpin', asked: BindingMessage | undefined, run: (one: Binding) => void) =>
    audited(audit, verb, via, () => {
      checkRight(rights, 'pinBindings', via)
      const binding = checkBinding(asked)
      run(binding)
      audit.record(verb, { targets: [binding.ip, binding.mac] }, NO_TEXT, via)
      onPinned()
      return bindings()
    })
  return {
    definition: AlertServiceService,
    implementation: {
      getEvidence,
      listAlerts: handlers.unary((request: ListAlertsRequest) => {
        const query = { limit: checkPageSize(request.pageSize), activeOnly: request.activeOnly }
        return { alerts: alerts.list(query).map((alert) => toStoredAlert(alert, daemonId)) }
      }),
      drill: handlers.unary((request: DrillRequest) => {
        const startedMs = wholeNumber(wallMs())
        const interfaceName = drills.start(checkInterface(request.interface))
        return { startedMs, sensor: { daemonId, interface: interfaceName } }
      }),
      listPinnedBindings: handlers.unary(bindings),
      pinBinding: handlers.unary(({ binding }: PinBindingRequest) =>
        change('pin', binding, (one) => pinned.pin(one)),
      ),
      unpinBinding: handlers.unary(({ binding }: UnpinBindingRequest) =>
        change('unpin', binding, (one) => pinned.unpin(one)),
      ),
    },
  }
}
