/**
 * Of which flows detection has to see the first frame, whoever sends it. Of all
 * other data a first frame of each sender is enough: it shows who has which
 * address, and who forwards for whom.
 */

import { rangesOf } from '@netwatcher/shared'
import { LINKTYPE_ETHERNET, type PacketBatch } from '../capture/packet-source.js'
import { FAMILY_SHIFT, KEY } from './flow-table.js'
import { RECORD } from './frame-run.js'
import { UDP } from './header-fields.js'
import { Prefixes } from './prefixes.js'

/** Clients of all systems use higher ports than this, so what is below is a service that may be probed. */
const FIRST_CLIENT_PORT = 10_000
const PRIVATE = new Prefixes(rangesOf('private_use', 'shared_space', 'unique_local'))
const PROTOCOL_MASK = (1 << FAMILY_SHIFT) - 1

/** The frame's record is at `at`; `isSent` when its sender is the device. */
export function isFlowNews(
  records: Int32Array,
  at: number,
  isSent: boolean,
  batch: PacketBatch,
  index: number,
  linkType: number,
): boolean {
  // Links whose frames do not say to whom they go are only met in files.
  if (linkType !== LINKTYPE_ETHERNET) return true
  const { bytes } = batch
  const start = batch.offsets[index] ?? 0
  // What goes to a group comes from its sender for certain.
  if (((bytes[start] ?? 0) & 1) === 1) return true
  const familyProtocol = records[at + KEY.familyProtocol] ?? 0
  const family = familyProtocol >>> FAMILY_SHIFT
  if (family === 0 || isToItself(records, at, bytes, start)) return true
  if ((familyProtocol & PROTOCOL_MASK) !== UDP) return false
  const servicePort = (records[at + KEY.macHighPort] ?? 0) & 0xffff
  if (servicePort >= FIRST_CLIENT_PORT) return false
  // Sweeps and port scans by UDP, and what is answered, as far as private hosts are concerned.
  const isServiceSource = records[at + RECORD.sourcePort] === servicePort
  const isServiceDevice = isServiceSource === isSent
  return family === 4
    ? PRIVATE.hasIpv4(records[at + (isServiceDevice ? KEY.device : KEY.remote)] ?? 0)
    : // Unique local addresses are known by their first word.
      PRIVATE.hasIpv6(records[at + (isServiceDevice ? KEY.deviceWide : KEY.remoteWide)] ?? 0, 0, 0, 0)
}

/** From a MAC address to itself. */
function isToItself(records: Int32Array, at: number, bytes: Uint8Array, start: number): boolean {
  const low = records[at + RECORD.sourceMacLow] ?? 0
  const high = records[at + RECORD.sourceMacHigh] ?? 0
  return (
    bytes[start + 5] === (low & 0xff) &&
    bytes[start + 4] === ((low >>> 8) & 0xff) &&
    bytes[start + 3] === ((low >>> 16) & 0xff) &&
    bytes[start + 2] === low >>> 24 &&
    bytes[start + 1] === (high & 0xff) &&
    bytes[start] === high >>> 8
  )
}
