/** Whether anything would be noticed now, as a pure function: page, daemon and sensors must all work. */

import type { SensorStatus } from '../../contract/sniff.js'
import type { Connection } from '../live/state.js'

export type Watching =
  | { kind: 'connecting' | 'page_lost' | 'daemon_lost' | 'nothing' | 'watching' }
  | { kind: 'partly'; down: string[] }

export interface WatchingFacts {
  connection: Connection
  isDaemonConnected: boolean | null
  sensors: readonly Pick<SensorStatus, 'interface' | 'state'>[]
}

export function judgeWatching({ connection, isDaemonConnected, sensors }: WatchingFacts): Watching {
  if (connection === 'lost') return { kind: 'page_lost' }
  if (connection === 'connecting' || isDaemonConnected === null) return { kind: 'connecting' }
  if (!isDaemonConnected) return { kind: 'daemon_lost' }
  const down = sensors.filter(({ state }) => state !== 'running').map((sensor) => sensor.interface)
  if (down.length === sensors.length) return { kind: 'nothing' }
  return down.length > 0 ? { kind: 'partly', down } : { kind: 'watching' }
}
