/** Bytes as a hex dump: offset, sixteen octets, and what is printable of them. */

const ROW = 16
/** Where every byte that is not printable ASCII is shown as a dot. */
const UNPRINTABLE = /[^\x20-\x7e]/g

export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = []
  for (let offset = 0; offset < bytes.length; offset += ROW) {
    const row = bytes.subarray(offset, offset + ROW)
    const octets = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = String.fromCharCode(...row).replace(UNPRINTABLE, '.')
    rows.push(`${offset.toString(16).padStart(4, '0')}  ${octets.padEnd(ROW * 3 - 1)}  ${text}`)
  }
  return rows.join('\n')
}
