/** Sensors: started and stopped through the daemon. */

import { sniffBody as body, type SnifferStatus, snifferSchema } from '../contract/sniff.js'
import type { DaemonLink } from '../daemon/link.js'
import type { CaptureStatus, DaemonApi } from '../daemon/types.js'
import { sensorView } from '../views/views.js'
import { type Route, route } from './route.js'

const response = { status: 200 as const, description: 'Every sensor', schema: snifferSchema }

export function sniffRoutes({ daemon, link }: { daemon: DaemonApi; link: DaemonLink }): Route[] {
  const answer = (sensors: CaptureStatus[]): SnifferStatus => {
    for (const sensor of sensors) link.noteSensor(sensor)
    return { running: sensors.some(({ state }) => state === 'running'), sensors: sensors.map(sensorView) }
  }
  return [
    route({
      method: 'GET',
      path: '/api/sniff',
      tag: 'sniff',
      summary: 'Tells which sensors run, and what they counted',
      response,
      handle: async ({ c }) => c.json(answer(await daemon.getCapture())),
    }),
    route({
      method: 'POST',
      path: '/api/sniff/start',
      tag: 'sniff',
      summary: 'Starts one sensor, or all',
      body,
      response,
      handle: async (input) => input.c.json(answer(await daemon.startCapture(input.body.interface ?? ''))),
    }),
    route({
      method: 'POST',
      path: '/api/sniff/stop',
      tag: 'sniff',
      summary: 'Stops one sensor, or all',
      body,
      response,
      handle: async (input) => input.c.json(answer(await daemon.stopCapture(input.body.interface ?? ''))),
    }),
  ]
}
