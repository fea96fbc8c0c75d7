/** CaptureService: starts and stops sensors. That one was stopped stays to be seen where no caller can hide it. */

import { isNoText, NO_TEXT, saidError, type Text } from '@netwatcher/shared'
import {
  CaptureServiceService,
  type StartCaptureRequest,
  type StopCaptureRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { toCaptureStatus } from '../convert/capture.js'
import type { BlindSpots } from '../journal/blind-spots.js'
import type { Audit, Via } from '../model/audit.js'
import type { PlacedStatus } from '../model/capture.js'
import type { Sensors } from '../sensor/sensors.js'
import { audited, checkRight, type GroupRights } from './audited.js'
import type { Handlers } from './handlers.js'
import { checkInterface } from './requests.js'
import type { RpcService } from './service.js'

export interface CaptureServiceDependencies {
  handlers: Handlers
  daemonId: string
  sensors: Pick<Sensors, 'start' | 'stop'>
  statuses(): PlacedStatus[]
  /** Why no sensor can be started; no text when they can. */
  obstacle: Text
  audit: Audit
  blindSpots: Pick<BlindSpots, 'stopped' | 'started'>
  rights: GroupRights
  via: Via
}

export function createCaptureService(deps: CaptureServiceDependencies): RpcService {
  const { handlers, daemonId, sensors, obstacle, audit, blindSpots, rights, via } = deps
  const statuses = () => ({ sensors: deps.statuses().map((status) => toCaptureStatus(status, daemonId)) })
  return {
    definition: CaptureServiceService,
    implementation: {
      getCaptureStatus: handlers.unary(statuses),
      startCapture: handlers.unary((request: StartCaptureRequest) =>
        audited(audit, 'start_capture', via, () => {
          const name = checkInterface(request.interface)
          if (!isNoText(obstacle)) {
            throw saidError('failed_precondition', 'CAPTURE_UNAVAILABLE', obstacle)
          }
          const targets = sensors.start(name)
          audit.record('start_capture', { targets }, NO_TEXT, via)
          blindSpots.started(targets)
          return statuses()
        }),
      ),
      stopCapture: handlers.unary((request: StopCaptureRequest) =>
        audited(audit, 'stop_capture', via, async () => {
          checkRight(rights, 'stopCapture', via)
          const targets = await sensors.stop(checkInterface(request.interface))
          audit.record('stop_capture', { targets }, NO_TEXT, via)
          if (via !== 'admin') blindSpots.stopped(targets)
          return statuses()
        }),
      ),
    },
  }
}
