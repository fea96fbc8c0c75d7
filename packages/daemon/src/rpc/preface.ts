/**
 * The first bytes of an HTTP/2 connection: a fixed text and then a SETTINGS
 * frame (RFC 9113, section 3.4). A connection gets nothing of the machinery of
 * HTTP/2 before it has sent them.
 */

const MAGIC = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const HEADER_BYTES = 9
const SETTINGS = 4
/** Each setting has 6 bytes (section 6.5.1), and there are six known ones. */
const MAX_SETTINGS_BYTES = 6 * 32

export const MAX_PREFACE_BYTES = MAGIC.length + HEADER_BYTES + MAX_SETTINGS_BYTES

/** Whether `bytes`, all that has come so far, begin with a preface. */
export function judgePreface(bytes: Buffer): 'whole' | 'incomplete' | 'wrong' {
  const magic = bytes.subarray(0, MAGIC.length)
  if (!magic.equals(MAGIC.subarray(0, magic.length))) return 'wrong'
  const header = bytes.subarray(MAGIC.length, MAGIC.length + HEADER_BYTES)
  if (header.length < HEADER_BYTES) return 'incomplete'
  const length = header.readUIntBE(0, 3)
  if (header[3] !== SETTINGS || length > MAX_SETTINGS_BYTES) return 'wrong'
  return bytes.length < MAGIC.length + HEADER_BYTES + length ? 'incomplete' : 'whole'
}
