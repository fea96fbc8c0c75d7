/**
 * Takes traffic in, as cheaply as possible: keys become ids and the rows are
 * appended to `traffic_recent` with one statement, read by SQLite out of one
 * JSON parameter. From there `traffic-fold.ts` brings them into the minute
 * level and all totals, off this path.
 */

import type { EntityManager } from 'typeorm'
import { flowText, type Interner } from './intern.js'

export interface TrafficIncrement {
  sensorId: number
  /** Empty for traffic that was posted by hand. */
  deviceMac: string
  deviceIp: string
  remoteIp: string
  protocol: number
  port: number
  /** Start of the span it was counted in. */
  atMs: number
  /** End of that span: what it says about when the flow was last active. */
  untilMs: number
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
}

/** Protocol number of records that were posted by hand. */
export const POSTED_PROTOCOL = -1
/** Counted by the sensor without a row of its own, because its table was full. */
export const OTHER_PROTOCOL = -2

const APPEND = `INSERT INTO traffic_recent (start_ms, until_ms, flow_id, sensor_id, device_id, remote_id,
    tx_bytes, rx_bytes, tx_packets, rx_packets)
  SELECT ${Array.from({ length: 10 }, (_, i) => `json_extract(value, '$[${i}]')`).join(', ')} FROM json_each(?)`

export async function addTraffic(
  manager: EntityManager,
  interner: Interner,
  increments: readonly TrafficIncrement[],
): Promise<void> {
  const [first] = increments
  if (!first) return
  const ips = new Set<string>()
  const macs = new Set<string>()
  for (const row of increments) {
    ips.add(row.deviceIp)
    ips.add(row.remoteIp)
    if (row.deviceMac) macs.add(row.deviceMac)
  }
  const addresses = await interner.addressIds(manager, ips)
  const devices = await interner.deviceIds(manager, macs, first.sensorId, first.atMs)
  const keys: string[] = []
  for (const row of increments) {
    const deviceId = devices.get(row.deviceMac) ?? 0
    const deviceAddressId = addresses.get(row.deviceIp) ?? 0
    const remoteId = addresses.get(row.remoteIp) ?? 0
    keys.push(flowText(row.sensorId, deviceId, deviceAddressId, remoteId, row.protocol, row.port))
  }
  const flows = await interner.flowIds(manager, keys, first.atMs)
  const rows = increments.map((row, i) => {
    const flowId = flows.get(keys[i] ?? '') ?? 0
    const deviceId = devices.get(row.deviceMac) ?? 0
    const remoteId = addresses.get(row.remoteIp) ?? 0
    const counters = `${row.txBytes},${row.rxBytes},${row.txPackets},${row.rxPackets}`
    return `[${row.atMs},${row.untilMs},${flowId},${row.sensorId},${deviceId},${remoteId},${counters}]`
  })
  await manager.query(APPEND, [`[${rows.join(',')}]`])
}
