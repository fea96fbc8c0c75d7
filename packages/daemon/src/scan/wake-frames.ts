/**
 * Magic packets (AMD, "Magic Packet Technology", 1995): six octets of ones and
 * the station's hardware address sixteen times. They go to all, since a switch
 * may have forgotten where a sleeping station is. Pure.
 */

import { BROADCAST_MAC, macBytes } from '@netwatcher/shared'
import type { HostSeen } from '../model/host.js'
import { writeU16 } from '../wire/bytes.js'

/** One can be lost, and nobody confirms it. */
const REPEATED = 3
const ETHERTYPE_WAKE = 0x0842
const ETHERTYPE_VLAN = 0x8100
const REPETITIONS = 16
/** A binding names any VLAN that a frame names. */
const MAX_VLANS = 8

/** None when the sensor does not know the station; else some for each VLAN that it is known in. */
export function wakeFrames(mac: string, ownMac: string, known: readonly HostSeen[]): Uint8Array[] {
  const vlans = new Set(known.flatMap((host) => (host.mac === mac ? [host.vlan] : [])))
  return [...vlans].slice(0, MAX_VLANS).flatMap((vlan) => {
    const frame = encodeWake(mac, ownMac, vlan)
    return Array.from({ length: REPEATED }, () => frame)
  })
}

function encodeWake(mac: string, ownMac: string, vlan: number): Uint8Array {
  const station = macBytes(mac)
  const tag = vlan === 0 ? 0 : 4
  const bytes = new Uint8Array(14 + tag + 6 + REPETITIONS * 6)
  bytes.set(macBytes(BROADCAST_MAC), 0)
  bytes.set(macBytes(ownMac), 6)
  if (tag > 0) {
    writeU16(bytes, 12, ETHERTYPE_VLAN)
    writeU16(bytes, 14, vlan)
  }
  writeU16(bytes, 12 + tag, ETHERTYPE_WAKE)
  bytes.fill(0xff, 14 + tag, 20 + tag)
  for (let n = 0; n < REPETITIONS; n++) bytes.set(station, 20 + tag + n * 6)
  return bytes
}
