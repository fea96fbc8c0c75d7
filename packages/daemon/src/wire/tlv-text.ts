/** Text of fields whose length is given: what LLDP, CDP and beacons write, in one line. */

import { readText } from './bytes.js'

/** Of one field; longer ones (CDP's version is a page of text) are cut. */
const MAX_LENGTH = 160

export function readLine(bytes: Uint8Array, start: number, end: number): string {
  // Line ends are blanks before they are cleaned away as what cannot be shown.
  const blanks = bytes.subarray(start, Math.min(end, start + 2 * MAX_LENGTH)).map(blankLineEnd)
  return readText(blanks, 0, blanks.length).replace(/\s+/g, ' ').trim().slice(0, MAX_LENGTH)
}

function blankLineEnd(byte: number): number {
  return byte === 0x0a || byte === 0x0d || byte === 0x09 ? 0x20 : byte
}
