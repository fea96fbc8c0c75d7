/**
 * Adds traffic to the minute level and to every total that depends on it, in
 * the transaction of the caller. Rows are summed here first, then written with
 * one statement per table: SQLite reads them out of one JSON parameter, which
 * is faster than thousands of bound variables (38 ms against 46 ms for 10 000
 * rows) and has no limit on their number.
 */

import { MINUTE_MS } from '@netwatcher/shared'
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

export const USAGE_SENSOR = 0
export const USAGE_DEVICE = 1
export const USAGE_DESTINATION = 2

/** Protocol number of records that were posted by hand. */
export const POSTED_PROTOCOL = -1
/** Counted by the sensor without a row of its own, because its table was full. */
export const OTHER_PROTOCOL = -2

interface Counters {
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
  firstMs: number
  lastMs: number
}

type Totals = Map<number, Counters>

export async function addTraffic(
  manager: EntityManager,
  interner: Interner,
  increments: readonly TrafficIncrement[],
): Promise<void> {
  if (increments.length === 0) return
  const keyed = await resolveIds(manager, interner, increments)
  const flows: Totals = new Map()
  const devices: Totals = new Map()
  const destinations: Totals = new Map()
  const traffic = new Map<number, Totals>()
  const usage = [USAGE_SENSOR, USAGE_DEVICE, USAGE_DESTINATION].map(() => new Map<number, Totals>())
  for (const [i, row] of increments.entries()) {
    const ids = keyed[i]
    if (!ids) continue
    const minuteMs = row.atMs - (row.atMs % MINUTE_MS)
    add(flows, ids.flowId, row)
    add(inner(traffic, minuteMs), ids.flowId, row)
    add(destinations, ids.remoteId, row)
    // What only arrives for a device is no sign of its life.
    if (ids.deviceId) add(devices, ids.deviceId, row.txBytes > 0 ? row : { ...row, untilMs: 0 })
    for (const [scope, id] of [row.sensorId, ids.deviceId, ids.remoteId].entries()) {
      const levels = usage[scope]
      if (levels && id) add(inner(levels, minuteMs), id, row)
    }
  }
  await writeLevels(manager, traffic, usage)
  await writeTotals(manager, flows, devices, destinations)
}

interface Ids {
  flowId: number
  deviceId: number
  remoteId: number
}

async function resolveIds(
  manager: EntityManager,
  interner: Interner,
  increments: readonly TrafficIncrement[],
): Promise<Ids[]> {
  const first = increments[0]
  const ips = new Set<string>()
  const macs = new Set<string>()
  for (const row of increments) {
    ips.add(row.deviceIp)
    ips.add(row.remoteIp)
    if (row.deviceMac) macs.add(row.deviceMac)
  }
  const atMs = first?.atMs ?? 0
  const addresses = await interner.addressIds(manager, ips)
  const devices = await interner.deviceIds(manager, macs, first?.sensorId ?? 0, atMs)
  const partial = increments.map((row) => {
    const deviceId = devices.get(row.deviceMac) ?? 0
    const remoteId = addresses.get(row.remoteIp) ?? 0
    const deviceAddressId = addresses.get(row.deviceIp) ?? 0
    const { sensorId, protocol, port } = row
    return {
      deviceId,
      remoteId,
      text: flowText({ sensorId, deviceId, deviceAddressId, remoteId, protocol, port }),
    }
  })
  const flows = await interner.flowIds(
    manager,
    partial.map((row) => row.text),
    atMs,
  )
  return partial.map((row) => ({
    flowId: flows.get(row.text) ?? 0,
    deviceId: row.deviceId,
    remoteId: row.remoteId,
  }))
}

function inner(outer: Map<number, Totals>, key: number): Totals {
  let totals = outer.get(key)
  if (!totals) {
    totals = new Map()
    outer.set(key, totals)
  }
  return totals
}

function add(totals: Totals, key: number, row: TrafficIncrement): void {
  const sum = totals.get(key)
  if (!sum) {
    const { txBytes, rxBytes, txPackets, rxPackets, atMs: firstMs, untilMs: lastMs } = row
    totals.set(key, { txBytes, rxBytes, txPackets, rxPackets, firstMs, lastMs })
    return
  }
  sum.txBytes += row.txBytes
  sum.rxBytes += row.rxBytes
  sum.txPackets += row.txPackets
  sum.rxPackets += row.rxPackets
  if (row.atMs < sum.firstMs) sum.firstMs = row.atMs
  if (row.untilMs > sum.lastMs) sum.lastMs = row.untilMs
}

const COUNTERS = 'tx_bytes, rx_bytes, tx_packets, rx_packets'
const ADD_COUNTERS = `tx_bytes = tx_bytes + excluded.tx_bytes, rx_bytes = rx_bytes + excluded.rx_bytes,
  tx_packets = tx_packets + excluded.tx_packets, rx_packets = rx_packets + excluded.rx_packets`
const ADD_SPAN = `first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
  last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`
const columns = (count: number) => Array.from({ length: count }, (_, i) => `value ->> ${i}`).join(', ')

const ADD_TRAFFIC = `INSERT INTO traffic_minute (start_ms, flow_id, ${COUNTERS})
  SELECT ${columns(6)} FROM json_each(?) WHERE true
  ON CONFLICT (start_ms, flow_id) DO UPDATE SET ${ADD_COUNTERS}`

const ADD_USAGE = `INSERT INTO usage_minute (scope, start_ms, key, ${COUNTERS})
  SELECT ${columns(7)} FROM json_each(?) WHERE true
  ON CONFLICT (scope, start_ms, key) DO UPDATE SET ${ADD_COUNTERS}`

const ADD_DESTINATION = `INSERT INTO destination (address_id, ${COUNTERS}, first_seen_ms, last_seen_ms)
  SELECT ${columns(7)} FROM json_each(?) WHERE true
  ON CONFLICT (address_id) DO UPDATE SET ${ADD_COUNTERS}, ${ADD_SPAN}`

const sums = (table: string) => `UPDATE ${table} SET
    tx_bytes = tx_bytes + (value ->> 1), rx_bytes = rx_bytes + (value ->> 2),
    tx_packets = tx_packets + (value ->> 3), rx_packets = rx_packets + (value ->> 4),
    first_seen_ms = min(first_seen_ms, value ->> 5), last_seen_ms = max(last_seen_ms, value ->> 6)
  FROM json_each(?) WHERE ${table}.id = value ->> 0`
const ADD_FLOW = sums('flow')
const ADD_DEVICE = sums('device')

async function writeLevels(
  manager: EntityManager,
  traffic: Map<number, Totals>,
  usage: Map<number, Totals>[],
): Promise<void> {
  const trafficRows: number[][] = []
  for (const [startMs, totals] of traffic) {
    for (const [flowId, sum] of totals) trafficRows.push([startMs, flowId, ...counters(sum)])
  }
  await manager.query(ADD_TRAFFIC, [JSON.stringify(trafficRows)])
  const usageRows: number[][] = []
  for (const [scope, levels] of usage.entries()) {
    for (const [startMs, totals] of levels) {
      for (const [key, sum] of totals) usageRows.push([scope, startMs, key, ...counters(sum)])
    }
  }
  await manager.query(ADD_USAGE, [JSON.stringify(usageRows)])
}

async function writeTotals(
  manager: EntityManager,
  flows: Totals,
  devices: Totals,
  destinations: Totals,
): Promise<void> {
  await manager.query(ADD_FLOW, [spans(flows)])
  await manager.query(ADD_DEVICE, [spans(devices)])
  await manager.query(ADD_DESTINATION, [spans(destinations)])
}

function counters(sum: Counters): number[] {
  return [sum.txBytes, sum.rxBytes, sum.txPackets, sum.rxPackets]
}

function spans(totals: Totals): string {
  const rows: number[][] = []
  for (const [key, sum] of totals) rows.push([key, ...counters(sum), sum.firstMs, sum.lastMs])
  return JSON.stringify(rows)
}
