/** Counters are 64-bit on the wire and plain numbers here: they are exact up to 2^53. */

/** Sub-millisecond time stamps of packets become whole milliseconds. */
export function wholeNumber(value: number): bigint {
  return BigInt(Math.trunc(value))
}
