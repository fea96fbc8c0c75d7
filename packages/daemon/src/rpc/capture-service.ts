/** CaptureService: starts and stops sensors. */

import { isNoText, NetWatcherError, render, type Text } from '@netwatcher/shared'
import {
  CaptureServiceService,
  type StartCaptureRequest,
  type StopCaptureRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { toCaptureStatus } from '../convert/capture.js'
import type { Sensors } from '../sensor/sensors.js'
import type { Handlers } from './handlers.js'
import { checkInterface } from './requests.js'
import type { RpcService } from './service.js'

export interface CaptureServiceDependencies {
  handlers: Handlers
  daemonId: string
  sensors: Sensors
  /** Why no sensor can be started; no text when they can. */
  obstacle: Text
}

export function createCaptureService(deps: CaptureServiceDependencies): RpcService {
  const { handlers, daemonId, sensors, obstacle } = deps
  const statuses = () => ({ sensors: sensors.statuses().map((status) => toCaptureStatus(status, daemonId)) })
  return {
    definition: CaptureServiceService,
    implementation: {
      getCaptureStatus: handlers.unary(statuses),
      startCapture: handlers.unary((request: StartCaptureRequest) => {
        const name = checkInterface(request.interface)
        if (!isNoText(obstacle)) {
          throw new NetWatcherError('failed_precondition', 'CAPTURE_UNAVAILABLE', render(obstacle, 'en'))
        }
        sensors.start(name)
        return statuses()
      }),
      stopCapture: handlers.unary(async (request: StopCaptureRequest) => {
        await sensors.stop(checkInterface(request.interface))
        return statuses()
      }),
    },
  }
}
