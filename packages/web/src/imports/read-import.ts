/** A file of another program, whichever it is: found out by what can be read of it. */

import type { ImportFormat } from '../contract/imports.js'
import type { ImportedDevice } from './entry.js'
import { etherLine, fixedLeaseLine, hostLine, leaseLine, readIscLeases, readLines } from './lease-files.js'
import { readTable } from './tables.js'

export interface ReadImport {
  format: ImportFormat
  devices: ImportedDevice[]
}

const READERS: Record<Exclude<ImportFormat, 'sqlite'>, (text: string) => ImportedDevice[]> = {
  table: (text) => readTable(text) ?? [],
  dhcpd_leases: readIscLeases,
  dnsmasq_leases: (text) => readLines(text, leaseLine),
  dnsmasq_hosts: (text) => readLines(text, fixedLeaseLine),
  ethers: (text) => readLines(text, etherLine),
  hosts: (text) => readLines(text, hostLine),
}

/** Null when nothing in it names a device. */
export function readImport(text: string): ReadImport | null {
  for (const [format, read] of Object.entries(READERS)) {
    const devices = read(text)
    if (devices.length > 0) return { format: format as ImportFormat, devices }
  }
  return null
}
