/** Turns the flow table's words back to addresses in text, once per bucket. */

import { formatIpv4, formatIpv6, formatMac } from '@netwatcher/shared'
import { type FlowEntry, type FlowTable, makeFlowEntry } from './flow-table.js'
import type { TrafficRow } from './traffic.js'

/** One for each flow. Rows of one device share its texts, which halves the memory of a large bucket. */
export function readTrafficRows(table: FlowTable): TrafficRow[] {
  const entry = makeFlowEntry()
  const texts = new Texts()
  const rows: TrafficRow[] = []
  for (let position = 0; position < table.count; position++) {
    table.read(position, entry)
    rows.push(toRow(entry, texts))
  }
  return rows
}

function toRow(entry: FlowEntry, texts: Texts): TrafficRow {
  const { family, protocol, servicePort, txBytes, rxBytes, txPackets, rxPackets } = entry
  return {
    deviceMac: texts.mac(entry.macHigh, entry.macLow),
    deviceIp: texts.ip(family, entry.device0, entry.device1, entry.device2, entry.device3),
    remoteIp: texts.ip(family, entry.remote0, entry.remote1, entry.remote2, entry.remote3),
    protocol,
    servicePort,
    txBytes,
    rxBytes,
    txPackets,
    rxPackets,
  }
}

class Texts {
  private readonly known = new Map<number, string>()
  private readonly view = new DataView(new ArrayBuffer(16))
  private readonly bytes = new Uint8Array(this.view.buffer)

  mac(high: number, low: number): string {
    this.view.setUint16(0, high)
    this.view.setInt32(2, low)
    // Above all 32-bit numbers, which stand for IPv4 addresses.
    return this.remember((high + 1) * 0x1_0000_0000 + (low >>> 0), () => formatMac(this.bytes))
  }

  ip(family: number, word0: number, word1: number, word2: number, word3: number): string {
    if (family === 0) return ''
    if (family === 4) {
      this.view.setInt32(0, word3)
      return this.remember(word3 >>> 0, () => formatIpv4(this.bytes))
    }
    this.view.setInt32(0, word0)
    this.view.setInt32(4, word1)
    this.view.setInt32(8, word2)
    this.view.setInt32(12, word3)
    return formatIpv6(this.bytes)
  }

  private remember(key: number, format: () => string): string {
    const known = this.known.get(key)
    if (known !== undefined) return known
    const text = format()
    this.known.set(key, text)
    return text
  }
}
