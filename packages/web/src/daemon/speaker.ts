/**
 * Whether an event is of the daemon that sends it. Which daemon a connection
 * leads to is known; an event that names the sensor of another one would mix
 * what is kept apart, so it is not believed.
 */

import type { DaemonEvent, EventPayload, SensorId } from './types.js'

export function isOwnEvent(daemonId: string, { payload }: DaemonEvent): boolean {
  return sensorsOf(payload).every((sensor) => sensor.daemonId === daemonId)
}

function sensorsOf(payload: EventPayload): SensorId[] {
  switch (payload.kind) {
    case 'observation':
      return payload.hosts.map(({ sensor }) => sensor)
    case 'traffic':
      return [payload.bucket.sensor]
    case 'alert':
      return [payload.alert.sensor]
    case 'scan':
      return [payload.sensor, ...payload.hosts.map(({ sensor }) => sensor)]
    case 'capture':
      return [payload.status.sensor]
    case 'gap':
      return payload.gap.sensor ? [payload.gap.sensor] : []
    case 'clock_step':
      return [payload.sensor]
    case 'firewall':
    case 'block_suspended':
    case 'unknown':
      return []
  }
}
