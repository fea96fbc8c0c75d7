/** Builds Ethernet frames with an IP packet from their addresses, for tests of accounting. */

import { macBytes, parseIpBytes } from '@netwatcher/shared'

export interface FakeFrame {
  sourceMac: string
  destinationMac: string
  source: string
  destination: string
  protocol: number
  sourcePort?: number
  destinationPort?: number
  tcpFlags?: number
  /** What the TCP or UDP packet carries. */
  data?: Uint8Array
}

const TCP = 6
const UDP = 17

/** No checksums: accounting does not look at them. */
export function makeFrame(frame: FakeFrame): Uint8Array {
  const source = parseIpBytes(frame.source) ?? new Uint8Array(4)
  const destination = parseIpBytes(frame.destination) ?? new Uint8Array(4)
  const upper = makeUpper(frame)
  const macs = [...macBytes(frame.destinationMac), ...macBytes(frame.sourceMac)]
  if (source.length === 4) {
    const header = [0x45, 0, ...u16(20 + upper.length), 0, 0, 0, 0, 64, frame.protocol, 0, 0]
    return Uint8Array.from([...macs, 0x08, 0x00, ...header, ...source, ...destination, ...upper])
  }
  const header = [0x60, 0, 0, 0, ...u16(upper.length), frame.protocol, 64]
  return Uint8Array.from([...macs, 0x86, 0xdd, ...header, ...source, ...destination, ...upper])
}

const u16 = (value: number) => [value >> 8, value & 0xff]

function makeUpper(frame: FakeFrame): number[] {
  const { protocol, sourcePort = 0, destinationPort = 0, tcpFlags = 0x10, data = [] } = frame
  const ports = [...u16(sourcePort), ...u16(destinationPort)]
  if (protocol === TCP) return [...ports, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, tcpFlags, 0, 0, 0, 0, 0, 0, ...data]
  if (protocol === UDP) return [...ports, ...u16(8 + data.length), 0, 0, ...data]
  return [0, 0, 0, 0]
}
