/**
 * The Cisco Discovery Protocol, versions 1 and 2, as Cisco documents it and as
 * tcpdump's print-cdp.c and Wireshark's packet-cdp.c read it; it is sent in SNAP
 * with OUI 00000c and protocol 0x2000.
 */

import { readU8, readU16, readU32 } from './bytes.js'
import { readLine } from './tlv-text.js'

export const CDP_PROTOCOL = 0x2000

const HEADER = 4
const MAX_TLVS = 64
const DEVICE_ID = 1
const PORT_ID = 3
const CAPABILITIES = 4
const VERSION = 5
const PLATFORM = 6

/** In the order of their bits. */
const CAPABILITY_NAMES = [
  'router',
  'transparent-bridge',
  'source-route-bridge',
  'switch',
  'host',
  'igmp',
  'repeater',
  'telephone',
] as const

export interface Cdp {
  deviceId: string
  portId: string
  platform: string
  version: string
  capabilities: string[]
}

/** Null when it is of another version. */
export function decodeCdp(bytes: Uint8Array, offset: number, end: number): Cdp | null {
  const version = readU8(bytes, offset)
  if (end - offset < HEADER || version < 1 || version > 2) return null
  const cdp: Cdp = { deviceId: '', portId: '', platform: '', version: '', capabilities: [] }
  let at = offset + HEADER
  for (let i = 0; i < MAX_TLVS && at + 4 <= end; i++) {
    const length = readU16(bytes, at + 2)
    // The length counts the header of the TLV, too.
    if (length < 4 || at + length > end) break
    readTlv(bytes, readU16(bytes, at), at + 4, at + length, cdp)
    at += length
  }
  return cdp
}

function readTlv(bytes: Uint8Array, type: number, start: number, end: number, cdp: Cdp): void {
  if (type === DEVICE_ID) cdp.deviceId = readLine(bytes, start, end)
  else if (type === PORT_ID) cdp.portId = readLine(bytes, start, end)
  else if (type === VERSION) cdp.version = readLine(bytes, start, end)
  else if (type === PLATFORM) cdp.platform = readLine(bytes, start, end)
  else if (type === CAPABILITIES && end - start === 4) {
    const bits = readU32(bytes, start)
    cdp.capabilities = CAPABILITY_NAMES.filter((_, bit) => (bits & (1 << bit)) !== 0)
  }
}
