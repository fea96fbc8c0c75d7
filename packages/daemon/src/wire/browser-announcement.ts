/**
 * What Windows and Samba machines announce of themselves to the browser of the
 * workgroup: a mailslot in an SMB transaction in a NetBIOS datagram (RFC 1002
 * section 4.4, MS-BRWS sections 2.2.1 to 2.2.3).
 */

import { readAscii, readU8, readU16 } from './bytes.js'
import { readLine } from './tlv-text.js'

export const NETBIOS_DATAGRAM_PORT = 138

const HEADER = 14
/** Two encoded names of 34 bytes each, where none has a scope. */
const NAMES = 68
const SMB_HEADER = 32
const SMB_TRANSACTION = 0x25
const HOST_ANNOUNCEMENT = 1
const LOCAL_MASTER_ANNOUNCEMENT = 15
/** Update count, periodicity, name, versions, type, two more versions and a signature. */
const FIXED = 32

/** MS-BRWS section 2.2.1 (SV_TYPE of MS-CIFS), those that tell what a machine is for. */
const SERVER_TYPES: readonly (readonly [number, string])[] = [
  [0x4, 'sql-server'],
  [0x8, 'domain-controller'],
  [0x10, 'backup-domain-controller'],
  [0x200, 'print-server'],
  [0x400, 'dial-in-server'],
  [0x800, 'unix-server'],
  [0x1000, 'nt-workstation'],
  [0x8000, 'nt-server'],
  [0x400000, 'windows-95'],
]

export interface BrowserAnnouncement {
  name: string
  /** `10.0` of Windows 10 and 11. */
  osVersion: string
  types: string[]
  comment: string
}

/** Null for all datagrams but announcements of a machine by itself. */
export function decodeBrowserAnnouncement(
  bytes: Uint8Array,
  offset: number,
  end: number,
): BrowserAnnouncement | null {
  const smb = offset + HEADER + NAMES
  const type = readU8(bytes, offset)
  if (type < 0x10 || type > 0x12 || smb + SMB_HEADER + 33 > end) return null
  const isSmb = readU8(bytes, smb) === 0xff && readAscii(bytes, smb + 1, smb + 4) === 'SMB'
  if (!isSmb || readU8(bytes, smb + 4) !== SMB_TRANSACTION) return null
  // SMB_COM_TRANSACTION (MS-CIFS 2.2.4.33): the data's offset is word 12 of its parameters, from the SMB header.
  const at = smb + readLittleU16(bytes, smb + SMB_HEADER + 1 + 24)
  const opcode = readU8(bytes, at)
  if (opcode !== HOST_ANNOUNCEMENT && opcode !== LOCAL_MASTER_ANNOUNCEMENT) return null
  if (at < smb + SMB_HEADER || at + FIXED > end) return null
  const flags = readLittleU16(bytes, at + 24) + readLittleU16(bytes, at + 26) * 0x10000
  return {
    name: readAscii(bytes, at + 6, at + 22).trim(),
    osVersion: `${readU8(bytes, at + 22)}.${readU8(bytes, at + 23)}`,
    types: SERVER_TYPES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name),
    comment: readLine(bytes, at + FIXED, end),
  }
}

/** SMB is little-endian. */
function readLittleU16(bytes: Uint8Array, at: number): number {
  const word = readU16(bytes, at)
  return ((word & 0xff) << 8) | (word >> 8)
}
