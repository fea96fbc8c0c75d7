/** Reads a pcap or pcapng file (pcap-savefile(5)), in batches like a live capture and without any rights. */

import { resolve } from 'node:path'
import { NetWatcherError } from '@netwatcher/shared'
import { openCap } from './cap-source.js'
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_RAW,
  type PacketBatch,
  type PacketSource,
} from './packet-source.js'

/** The longest Ethernet frame that libpcap accepts in a file. */
const FILE_SNAP_LENGTH = 262144

const LINK_TYPES = new Set([LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2])

/**
 * Link types that are raw IP behind so many bytes (pcap-linktype(7)): NULL and LOOP, the loopback
 * interfaces of BSD and macOS, whose four bytes say the address family, and IPV4 and IPV6.
 */
const RAW_BEHIND = new Map([
  [0, 4],
  [108, 4],
  [228, 0],
  [229, 0],
])

/** Throws a NetWatcherError for a file that cannot be read or has another link type. */
export function openFile(path: string): PacketSource {
  // Absolute, because libpcap takes `-` for standard input.
  const source = openCap({ file: resolve(path), snapLength: FILE_SNAP_LENGTH })
  if (LINK_TYPES.has(source.linkType)) return source
  const headerBytes = RAW_BEHIND.get(source.linkType)
  if (headerBytes !== undefined) return asRaw(source, headerBytes)
  source.close()
  throw new NetWatcherError(
    'invalid_argument',
    'LINK_TYPE_UNSUPPORTED',
    `The capture has link type ${source.linkType}; Ethernet (1), raw IP (101, 228, 229), loopback (0, 108) and Linux cooked (113, 276) are understood`,
  )
}

/** The same frames without their first `headerBytes`. */
function asRaw(source: PacketSource, headerBytes: number): PacketSource {
  return {
    linkType: LINKTYPE_RAW,
    done: source.done,
    start(onBatch) {
      source.start((batch) => {
        if (headerBytes > 0) skipHeaders(batch, headerBytes)
        onBatch(batch)
      })
    },
    statistics: () => source.statistics(),
    close: () => source.close(),
  }
}

function skipHeaders(
  { count, offsets, capturedLengths, wireLengths }: PacketBatch,
  headerBytes: number,
): void {
  for (let i = 0; i < count; i++) {
    const captured = capturedLengths[i] ?? 0
    const skipped = Math.min(headerBytes, captured)
    offsets[i] = (offsets[i] ?? 0) + skipped
    capturedLengths[i] = captured - skipped
    wireLengths[i] = Math.max(0, (wireLengths[i] ?? 0) - headerBytes)
  }
}
