/** Traffic to and from its messages. */

import { isPlausible, mostBytesIn } from '@netwatcher/shared'
import type { Sensor } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { TrafficBucket } from '@netwatcher/shared/gen/netwatcher/v1/event'
import type { TrafficReport, TrafficRow } from '../model/traffic.js'
import {
  checkCounter,
  checkIp,
  checkMac,
  checkNumber,
  fail,
  limited,
  MAX_REPORT_ENTRIES,
  MAX_TIME_MS,
  optional,
} from './checks.js'
import { wholeNumber } from './numbers.js'

type RowMessage = TrafficBucket['rows'][number]

/** 256 + EtherType. */
const MAX_PROTOCOL = 256 + 0xffff

export function toTraffic(traffic: TrafficReport, sensor: Sensor | undefined): TrafficBucket {
  return {
    sensor,
    startMs: wholeNumber(traffic.startMs),
    durationMs: traffic.durationMs,
    rows: traffic.rows.map(toRow),
    otherBytes: wholeNumber(traffic.otherBytes),
    otherPackets: wholeNumber(traffic.otherPackets),
    dropped: wholeNumber(traffic.dropped),
  }
}

function toRow(row: TrafficRow): RowMessage {
  return {
    ...row,
    vlan: 0,
    txBytes: wholeNumber(row.txBytes),
    rxBytes: wholeNumber(row.rxBytes),
    txPackets: wholeNumber(row.txPackets),
    rxPackets: wholeNumber(row.rxPackets),
  }
}

export function checkTraffic(bucket: TrafficBucket): TrafficReport {
  const { durationMs } = bucket
  const traffic = {
    startMs: checkNumber(bucket.startMs, MAX_TIME_MS),
    durationMs,
    rows: limited(bucket.rows, MAX_REPORT_ENTRIES, 'rows').map(checkRow),
    otherBytes: checkCounter(bucket.otherBytes),
    otherPackets: checkCounter(bucket.otherPackets),
    dropped: checkCounter(bucket.dropped),
  }
  const { rows, otherBytes, otherPackets } = traffic
  const other = { txBytes: 0, rxBytes: otherBytes, txPackets: 0, rxPackets: otherPackets }
  if (![...rows, other].every((counted) => isPlausible(counted, durationMs))) fail('so much traffic')
  const bytes = rows.reduce((sum, row) => sum + row.txBytes + row.rxBytes, otherBytes)
  return bytes <= mostBytesIn(durationMs) ? traffic : fail('so much traffic')
}

function checkRow(row: RowMessage): TrafficRow {
  return {
    deviceMac: optional(row.deviceMac, checkMac),
    deviceIp: optional(row.deviceIp, checkIp),
    remoteIp: optional(row.remoteIp, checkIp),
    protocol: checkNumber(row.protocol, MAX_PROTOCOL),
    servicePort: checkNumber(row.servicePort, 0xffff),
    txBytes: checkCounter(row.txBytes),
    rxBytes: checkCounter(row.rxBytes),
    txPackets: checkCounter(row.txPackets),
    rxPackets: checkCounter(row.rxPackets),
    isSecondView: row.isSecondView,
  }
}
