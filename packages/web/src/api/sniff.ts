/** Sensors: started and stopped through their daemon. */

import type { Language } from '@netwatcher/shared'
import { daemonQuery } from '../contract/fields.js'
import { sniffBody as body, type SnifferStatus, snifferSchema } from '../contract/sniff.js'
import type { Daemon, Daemons } from '../daemon/daemons.js'
import type { CaptureStatus } from '../daemon/types.js'
import { sensorView } from '../views/views.js'
import { type Route, route } from './route.js'

const response = { status: 200 as const, description: 'Every sensor of the daemon', schema: snifferSchema }

function answer({ name, link }: Daemon, sensors: CaptureStatus[], language: Language): SnifferStatus {
  for (const sensor of sensors) link.noteSensor(sensor)
  const running = sensors.some(({ state }) => state === 'running')
  return { running, sensors: sensors.map((status) => sensorView({ daemon: name, status }, language)) }
}

export function sniffRoutes({ daemons }: { daemons: Daemons }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/sniff',
      tag: 'sniff',
      summary: 'Tells which sensors run, and what they counted',
      query: daemonQuery,
      response,
      handle: async ({ c, query, language }) => {
        const daemon = daemons.pick(query.daemon)
        return c.json(answer(daemon, await daemon.api.getCapture(), language))
      },
    }),
    route({
      method: 'POST',
      path: '/api/sniff/start',
      tag: 'sniff',
      summary: 'Starts one sensor, or all',
      query: daemonQuery,
      body,
      response,
      handle: async ({ c, query, body: wanted, language }) => {
        const daemon = daemons.pick(query.daemon)
        return c.json(answer(daemon, await daemon.api.startCapture(wanted.interface ?? ''), language))
      },
    }),
    route({
      method: 'POST',
      path: '/api/sniff/stop',
      tag: 'sniff',
      summary: 'Stops one sensor, or all',
      query: daemonQuery,
      body,
      response,
      handle: async ({ c, query, body: wanted, language }) => {
        const daemon = daemons.pick(query.daemon)
        return c.json(answer(daemon, await daemon.api.stopCapture(wanted.interface ?? ''), language))
      },
    }),
  ]
}
