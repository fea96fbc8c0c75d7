/** Sensors: started and stopped through the daemon. */

import type { Language } from '@netwatcher/shared'
import { sniffBody as body, type SnifferStatus, snifferSchema } from '../contract/sniff.js'
import type { DaemonLink } from '../daemon/link.js'
import type { CaptureStatus, DaemonApi } from '../daemon/types.js'
import { sensorView } from '../views/views.js'
import { type Route, route } from './route.js'

const response = { status: 200 as const, description: 'Every sensor', schema: snifferSchema }

export function sniffRoutes({ daemon, link }: { daemon: DaemonApi; link: DaemonLink }): Route[] {
  const answer = (sensors: CaptureStatus[], language: Language): SnifferStatus => {
    for (const sensor of sensors) link.noteSensor(sensor)
    const running = sensors.some(({ state }) => state === 'running')
    return { running, sensors: sensors.map((one) => sensorView(one, language)) }
  }
  return [
    route({
      method: 'GET',
      path: '/api/sniff',
      tag: 'sniff',
      summary: 'Tells which sensors run, and what they counted',
      response,
      handle: async ({ c, language }) => c.json(answer(await daemon.getCapture(), language)),
    }),
    route({
      method: 'POST',
      path: '/api/sniff/start',
      tag: 'sniff',
      summary: 'Starts one sensor, or all',
      body,
      response,
      handle: async ({ c, body: wanted, language }) =>
        c.json(answer(await daemon.startCapture(wanted.interface ?? ''), language)),
    }),
    route({
      method: 'POST',
      path: '/api/sniff/stop',
      tag: 'sniff',
      summary: 'Stops one sensor, or all',
      body,
      response,
      handle: async ({ c, body: wanted, language }) =>
        c.json(answer(await daemon.stopCapture(wanted.interface ?? ''), language)),
    }),
  ]
}
