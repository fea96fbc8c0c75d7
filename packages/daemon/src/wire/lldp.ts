/**
 * LLDP (IEEE 802.1AB) with the inventory TLVs of LLDP-MED (ANSI/TIA-1057): which
 * bridge and port a frame comes from, and what that station says it is.
 */

import { formatIpv4, formatMac } from '@netwatcher/shared'
import { readU8, readU16 } from './bytes.js'
import { readLine } from './tlv-text.js'

export const ETHERTYPE_LLDP = 0x88cc

/** IEEE 802.1AB table 8-4, in the order of its bits. */
const CAPABILITIES = [
  'other',
  'repeater',
  'bridge',
  'wlan-ap',
  'router',
  'telephone',
  'docsis',
  'station',
] as const

const MAX_TLVS = 64
const MED_OUI = 0x0012bb
const MED_MANUFACTURER = 9
const MED_MODEL = 10

export interface Lldp {
  /** MAC address, or the text of the station's own; empty when it is neither. */
  chassisId: string
  portId: string
  portDescription: string
  systemName: string
  systemDescription: string
  /** Those that are enabled; of stations that do not say, those that they have. */
  capabilities: string[]
  manufacturer: string
  model: string
  /** IPv4 management address; empty when there is none. */
  managementIp: string
}

/** Null when it does not begin with the three TLVs that every frame has. */
export function decodeLldp(bytes: Uint8Array, offset: number, end: number): Lldp | null {
  const lldp: Lldp = {
    chassisId: '',
    portId: '',
    portDescription: '',
    systemName: '',
    systemDescription: '',
    capabilities: [],
    manufacturer: '',
    model: '',
    managementIp: '',
  }
  let at = offset
  for (let i = 0; i < MAX_TLVS && at + 2 <= end; i++) {
    const header = readU16(bytes, at)
    const type = header >> 9
    const start = at + 2
    const next = start + (header & 0x1ff)
    if (next > end) break
    // Section 8.2: chassis, port and time to live come first, in this order.
    if (i < 3 && type !== i + 1) return null
    if (type === 0) break
    readTlv(bytes, type, start, next, lldp)
    at = next
  }
  return at === offset ? null : lldp
}

function readTlv(bytes: Uint8Array, type: number, start: number, end: number, lldp: Lldp): void {
  switch (type) {
    case 1:
      // Subtype 4 is a MAC address, 5 a network address; the others are text.
      lldp.chassisId = readId(bytes, start, end, 4, 5)
      break
    case 2:
      lldp.portId = readId(bytes, start, end, 3, 4)
      break
    case 4:
      lldp.portDescription = readLine(bytes, start, end)
      break
    case 5:
      lldp.systemName = readLine(bytes, start, end)
      break
    case 6:
      lldp.systemDescription = readLine(bytes, start, end)
      break
    case 7:
      if (end - start >= 4) lldp.capabilities = readCapabilities(bytes, start)
      break
    case 8:
      // A string of an address family number (1 is IPv4) and the address.
      if (end - start >= 6 && readU8(bytes, start) === 5 && readU8(bytes, start + 1) === 1)
        lldp.managementIp = formatIpv4(bytes, start + 2)
      break
    case 127:
      readMed(bytes, start, end, lldp)
      break
  }
}

function readId(
  bytes: Uint8Array,
  start: number,
  end: number,
  macSubtype: number,
  addressSubtype: number,
): string {
  if (end - start < 2) return ''
  const subtype = readU8(bytes, start)
  if (subtype === macSubtype) return end - start === 7 ? formatMac(bytes, start + 1) : ''
  return subtype === addressSubtype ? '' : readLine(bytes, start + 1, end)
}

function readCapabilities(bytes: Uint8Array, start: number): string[] {
  const bits = readU16(bytes, start + 2) || readU16(bytes, start)
  return CAPABILITIES.filter((_, bit) => (bits & (1 << bit)) !== 0)
}

function readMed(bytes: Uint8Array, start: number, end: number, lldp: Lldp): void {
  if (end - start < 4 || ((readU8(bytes, start) << 16) | readU16(bytes, start + 1)) !== MED_OUI) return
  const subtype = readU8(bytes, start + 3)
  if (subtype === MED_MANUFACTURER) lldp.manufacturer = readLine(bytes, start + 4, end)
  if (subtype === MED_MODEL) lldp.model = readLine(bytes, start + 4, end)
}
