/**
 * Takes traffic in, as cheaply as possible: keys become the id of a flow and
 * the rows of a bucket are appended to `traffic_recent` with one statement, read
 * by SQLite out of one JSON parameter. From there `traffic-fold.ts` brings them
 * into the minute level and all totals, off this path.
 */

import type { EntityManager } from 'typeorm'
import type { Interner } from './intern.js'

/** The span of time that rows were counted in, and where. */
export interface CountedIn {
  siteId: number
  sensorId: number
  /** That the devices are in. */
  networkId: number
  startMs: number
  /** After the start: what the span says about when the flow was last active. */
  untilMs: number
}

export interface TrafficIncrement {
  /** Empty for traffic that was posted by hand. */
  deviceMac: string
  deviceIp: string
  remoteIp: string
  protocol: number
  servicePort: number
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
  /** Kept and shown for its device, but no part of totals over devices: another sensor counts it, too. */
  isSecondView: boolean
}

const APPEND = `INSERT INTO traffic_recent (start_ms, until_ms, flow_id, tx_bytes, rx_bytes, tx_packets, rx_packets)
  SELECT ?, ?, ${[0, 1, 2, 3, 4].map((i) => `value ->> ${i}`).join(', ')} FROM json_each(?)`

export async function addTraffic(
  manager: EntityManager,
  interner: Interner,
  { siteId, sensorId, networkId, startMs, untilMs }: CountedIn,
  increments: readonly TrafficIncrement[],
): Promise<void> {
  if (increments.length === 0) return
  const macs = increments.map(({ deviceMac }) => deviceMac)
  const devices = await interner.deviceIds(manager, siteId, macs, sensorId, startMs)
  const deviceIps = increments.map(({ deviceIp }) => deviceIp)
  const deviceAddresses = await interner.addressIds(manager, networkId, deviceIps)
  const remoteIps = increments.map(({ remoteIp }) => remoteIp)
  const destinationsId = await interner.destinationsId(manager, siteId)
  const remotes = await interner.addressIds(manager, destinationsId, remoteIps)
  const keys = increments.map(
    ({ protocol, servicePort, isSecondView }, i) =>
      `${isSecondView ? secondView(sensorId) : sensorId},${devices[i]},${deviceAddresses[i]},${remotes[i]},${protocol},${servicePort}`,
  )
  const flows = await interner.flowIds(manager, keys, startMs)
  const rows = increments.map(
    ({ txBytes, rxBytes, txPackets, rxPackets }, i) =>
      `[${flows[i]},${txBytes},${rxBytes},${txPackets},${rxPackets}]`,
  )
  await manager.query(APPEND, [startMs, untilMs, `[${rows.join(',')}]`])
}

/** The sensor of a flow that is a second view: negative, so that it is another flow, and left out by its sign. */
function secondView(sensorId: number): number {
  return -sensorId
}
