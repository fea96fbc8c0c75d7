/**
 * Reads a capture file in batches like a live capture and without any rights:
 * pcap (pcap-savefile(5)) by libpcap where it knows the link, all else by the
 * project's own reader.
 */

import { resolve } from 'node:path'
import { firstBytes, openForReading } from '../os/opened-file.js'
import { openCap } from './cap-source.js'
import { LINK_TYPES, RAW_BEHIND, refuseUnknownLink } from './link-conversion.js'
import { LINKTYPE_RAW, type PacketBatch, type PacketSource } from './packet-source.js'
import { SavedSource } from './saved-source.js'
import { isPcapng } from './savefile.js'

/** The longest Ethernet frame that libpcap accepts in a file. */
const FILE_SNAP_LENGTH = 262144
const MAGIC_BYTES = 4

/** Throws a NetWatcherError for a file that cannot be read; of some kinds only `done` tells. */
export function openFile(path: string): PacketSource {
  // Of what cannot be read, libpcap says why.
  const magic = firstBytes(path, MAGIC_BYTES)
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b
  if (isGzip || isPcapng(magic)) return new SavedSource(openForReading(path), { isGzip })
  // Absolute, because libpcap takes `-` for standard input.
  const source = openCap({ file: resolve(path), snapLength: FILE_SNAP_LENGTH })
  if (LINK_TYPES.has(source.linkType)) return source
  const headerBytes = RAW_BEHIND.get(source.linkType)
  if (headerBytes !== undefined) return asRaw(source, headerBytes)
  source.close()
  refuseUnknownLink(source.linkType)
  return new SavedSource(openForReading(path), { isGzip: false })
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
