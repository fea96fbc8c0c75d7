/** Traffic to and from its messages. */

import type { Sensor } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { TrafficBucket } from '@netwatcher/shared/gen/netwatcher/v1/event'
import type { TrafficReport, TrafficRow } from '../model/traffic.js'
import {
  checkIp,
  checkMac,
  checkNumber,
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
    isSecondView: false,
    txBytes: wholeNumber(row.txBytes),
    rxBytes: wholeNumber(row.rxBytes),
    txPackets: wholeNumber(row.txPackets),
    rxPackets: wholeNumber(row.rxPackets),
  }
}

export function checkTraffic(bucket: TrafficBucket): TrafficReport {
  return {
    startMs: checkNumber(bucket.startMs, MAX_TIME_MS),
    durationMs: bucket.durationMs,
    rows: limited(bucket.rows, MAX_REPORT_ENTRIES, 'rows').map(checkRow),
    otherBytes: checkNumber(bucket.otherBytes),
    otherPackets: checkNumber(bucket.otherPackets),
    dropped: checkNumber(bucket.dropped),
  }
}

function checkRow(row: RowMessage): TrafficRow {
  return {
    deviceMac: optional(row.deviceMac, checkMac),
    deviceIp: optional(row.deviceIp, checkIp),
    remoteIp: optional(row.remoteIp, checkIp),
    protocol: checkNumber(row.protocol, MAX_PROTOCOL),
    servicePort: checkNumber(row.servicePort, 0xffff),
    txBytes: checkNumber(row.txBytes),
    rxBytes: checkNumber(row.rxBytes),
    txPackets: checkNumber(row.txPackets),
    rxPackets: checkNumber(row.rxPackets),
  }
}
