/** Turns the flow table's words back to addresses in text, once per bucket. */

import { formatIpv4, formatIpv6, formatMac } from '@netwatcher/shared'
import type { TrafficBucket, TrafficRow } from '../model/traffic.js'
import { FAMILY_SHIFT, type FlowEntry, type FlowTable, KEY, KEY_WORDS } from './flow-table.js'
import type { SecondViews } from './second-view.js'
import { selectNth } from './select-nth.js'

/** The rest is counted without a row. */
export type TrafficRows = Pick<TrafficBucket, 'rows' | 'otherBytes' | 'otherPackets'>

/**
 * A row for each of the largest flows. Rows of one device share their texts, which
 * saves much of the memory of a large bucket.
 */
export function readTrafficRows(table: FlowTable, maxRows: number, secondViews: SecondViews): TrafficRows {
  const counters = { txBytes: 0, rxBytes: 0, txPackets: 0, rxPackets: 0 }
  const entry = { key: new Int32Array(KEY_WORDS), ...counters, peerHigh: 0, peerLow: 0 }
  const texts = new Texts()
  const result: TrafficRows = { rows: [], otherBytes: 0, otherPackets: 0 }
  const isKept = largestFlows(table, maxRows)
  for (let flow = 0; flow < table.count; flow++) {
    if (isKept(flow)) {
      table.read(flow, entry)
      const row = toRow(entry, texts)
      const peerMac = texts.mac(entry.peerHigh, entry.peerLow)
      row.isSecondView = secondViews.has({ ...row, peerMac })
      result.rows.push(row)
    } else {
      result.otherBytes += table.bytesOf(flow)
      result.otherPackets += table.packetsOf(flow)
    }
  }
  return result
}

/** Which flows are among the `maxRows` with the most bytes; of equal ones the first. To be asked in order. */
function largestFlows(table: FlowTable, maxRows: number): (flow: number) => boolean {
  const { count } = table
  if (count <= maxRows) return () => true
  const sizes = new Float64Array(count)
  for (let flow = 0; flow < count; flow++) sizes[flow] = table.bytesOf(flow)
  const least = selectNth(sizes.slice(), count - maxRows)
  let equalsLeft = maxRows
  for (let flow = 0; flow < count; flow++) if ((sizes[flow] ?? 0) > least) equalsLeft--
  return (flow) => {
    const size = sizes[flow] ?? 0
    return size > least || (size === least && equalsLeft-- > 0)
  }
}

function toRow({ key, txBytes, rxBytes, txPackets, rxPackets }: FlowEntry, texts: Texts): TrafficRow {
  const macHighPort = key[KEY.macHighPort] ?? 0
  const familyProtocol = key[KEY.familyProtocol] ?? 0
  const family = familyProtocol >>> FAMILY_SHIFT
  return {
    deviceMac: texts.mac(macHighPort >>> 16, key[KEY.macLow] ?? 0),
    deviceIp: texts.ip(family, key, KEY.deviceWide, KEY.device),
    remoteIp: texts.ip(family, key, KEY.remoteWide, KEY.remote),
    protocol: familyProtocol & ((1 << FAMILY_SHIFT) - 1),
    servicePort: macHighPort & 0xffff,
    txBytes,
    rxBytes,
    txPackets,
    rxPackets,
    isSecondView: false,
  }
}

/** Enough for the devices of a network; a flood of addresses that come once is not worth remembering. */
const MAX_KNOWN = 2048

class Texts {
  private readonly known = new Map<number, string>()
  private readonly view = new DataView(new ArrayBuffer(16))
  private readonly bytes = new Uint8Array(this.view.buffer)

  mac(high: number, low: number): string {
    this.view.setUint16(0, high)
    this.view.setInt32(2, low)
    // Links without addresses (tunnels): there is no such station.
    if (high === 0 && low === 0) return ''
    // Above all 32-bit numbers, which stand for IPv4 addresses.
    return this.remember((high + 1) * 0x1_0000_0000 + (low >>> 0), () => formatMac(this.bytes))
  }

  /** The address with its first three words at `wideAt`, if it is IPv6, and its last at `lastAt`. */
  ip(family: number, key: Int32Array, wideAt: number, lastAt: number): string {
    if (family === 0) return ''
    const last = key[lastAt] ?? 0
    if (family === 4) {
      this.view.setInt32(0, last)
      return this.remember(last >>> 0, () => formatIpv4(this.bytes))
    }
    for (let i = 0; i < 3; i++) this.view.setInt32(4 * i, key[wideAt + i] ?? 0)
    this.view.setInt32(12, last)
    return formatIpv6(this.bytes)
  }

  private remember(key: number, format: () => string): string {
    const known = this.known.get(key)
    if (known !== undefined) return known
    const text = format()
    if (this.known.size < MAX_KNOWN) this.known.set(key, text)
    return text
  }
}
