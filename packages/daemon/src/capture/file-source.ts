/** Reads a pcap or pcapng file (pcap-savefile(5)), in batches like a live capture and without any rights. */

import { resolve } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'
import { openCap } from './cap-source.js'
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
  type PacketSource,
} from './packet-source.js'

/** The longest Ethernet frame that libpcap accepts in a file. */
const FILE_SNAP_LENGTH = 262144

const LINK_TYPES = new Set([LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2])

/** Throws a NetWatcherError for a file that cannot be read or has another link type. */
export function openFile(path: string): PacketSource {
  // Absolute, because libpcap takes `-` for standard input.
  const source = openCap({ file: resolve(path), snapLength: FILE_SNAP_LENGTH })
  if (LINK_TYPES.has(source.linkType)) return source
  source.close()
  throw new NetWatcherError(
    'invalid_argument',
    'LINK_TYPE_UNSUPPORTED',
    `The capture has link type ${source.linkType}; Ethernet (1), raw IP (101) and Linux cooked (113, 276) are understood`,
  )
}
