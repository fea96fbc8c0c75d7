/**
 * Takes traffic in, as cheaply as possible: keys become the id of a flow and
 * the rows of a bucket are appended to `traffic_recent` with one statement, read
 * by SQLite out of one JSON parameter. From there `traffic-fold.ts` brings them
 * into the minute level and all totals, off this path.
 */

import type { EntityManager } from 'typeorm'
import { flowText, type Interner } from './intern.js'

/** The span of time that rows were counted in, and where. */
export interface CountedIn {
  sensorId: number
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
}

/** Protocol number of records that were posted by hand. */
export const POSTED_PROTOCOL = -1
/** Counted by the sensor without a row of its own, because its table was full. */
export const OTHER_PROTOCOL = -2

const APPEND = `INSERT INTO traffic_recent (start_ms, until_ms, flow_id, tx_bytes, rx_bytes, tx_packets, rx_packets)
  SELECT ?, ?, ${[0, 1, 2, 3, 4].map((i) => `value ->> ${i}`).join(', ')} FROM json_each(?)`

export async function addTraffic(
  manager: EntityManager,
  interner: Interner,
  { sensorId, startMs, untilMs }: CountedIn,
  increments: readonly TrafficIncrement[],
): Promise<void> {
  if (increments.length === 0) return
  const ips = new Set<string>()
  const macs = new Set<string>()
  for (const row of increments) {
    ips.add(row.deviceIp)
    ips.add(row.remoteIp)
    if (row.deviceMac) macs.add(row.deviceMac)
  }
  const addresses = await interner.addressIds(manager, ips)
  const devices = await interner.deviceIds(manager, macs, sensorId, startMs)
  const keys = increments.map((row) =>
    flowText(
      sensorId,
      devices.get(row.deviceMac) ?? 0,
      addresses.get(row.deviceIp) ?? 0,
      addresses.get(row.remoteIp) ?? 0,
      row.protocol,
      row.servicePort,
    ),
  )
  const flows = await interner.flowIds(manager, keys, startMs)
  const rows = increments.map(
    (row, i) =>
      `[${flows.get(keys[i] ?? '') ?? 0},${row.txBytes},${row.rxBytes},${row.txPackets},${row.rxPackets}]`,
  )
  await manager.query(APPEND, [startMs, untilMs, `[${rows.join(',')}]`])
}
