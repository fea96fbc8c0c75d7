/**
 * Which data packets begin a conversation with a name in it: a TLS hello in the first segment of a TCP connection,
 * or a long-header Initial of QUIC. Told by a few bytes at the start of the payload; decoding is for others.
 */

import { HEADER_BYTES, QUIC_VERSION_1, QUIC_VERSION_2 } from '../capture/control-filter.js'
import { HAND_OVER, type HandOverClass } from './hand-over.js'
import { TCP, UDP } from './header-fields.js'

/** A live capture cuts all other data to this, so that a longer frame is worth a look. */
export const LEAST_CAPTURED = HEADER_BYTES + 1
/** RFC 9000 section 14.1: a datagram with an Initial of a client has at least so many bytes. */
const LEAST_INITIAL = 1200

/** `payload` is where the data of the TCP or UDP packet begins, `end` where the captured bytes do. */
export function helloClass(view: DataView, payload: number, end: number, protocol: number): HandOverClass {
  const room = end - payload
  const isHello =
    (protocol === TCP && room >= 6 && isTlsHello(view, payload)) ||
    (protocol === UDP && room >= LEAST_INITIAL && isQuicInitial(view, payload))
  return isHello ? HAND_OVER.hello : HAND_OVER.none
}

/** A handshake record of SSL 3.0 to TLS 1.3 whose first message is a ClientHello. */
function isTlsHello(view: DataView, at: number): boolean {
  return view.getUint16(at) === 0x1603 && view.getUint8(at + 5) === 1
}

/** Long header, type Initial: by version 1 (RFC 9000) or 2 (RFC 9369). */
function isQuicInitial(view: DataView, at: number): boolean {
  const type = view.getUint8(at) & 0xf0
  const version = view.getUint32(at + 1)
  return (type === 0xc0 && version === QUIC_VERSION_1) || (type === 0xd0 && version === QUIC_VERSION_2)
}
