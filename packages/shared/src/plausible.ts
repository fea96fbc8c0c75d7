/**
 * How much can have passed an interface in some time. What a sensor counts may
 * be a lie; figures beyond these would spoil every sum that they enter, for ever.
 */

/** 400 Gbit/s in both directions: more than any interface that a machine of ours has. */
export const MOST_BYTES_PER_MS = 100_000_000
/** Spans are told in whole milliseconds, and frames come in blocks. */
const SHORTEST_SPAN_MS = 1000
/** Sums of a million of these still fit 64 bits with a sign, which is what databases add with. */
export const MOST_COUNTED = 2 ** 43

/** Bytes that can have passed in `durationMs`. */
export function mostBytesIn(durationMs: number): number {
  return Math.min(MOST_COUNTED, Math.max(durationMs, SHORTEST_SPAN_MS) * MOST_BYTES_PER_MS)
}

export interface Counted {
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
}

/** Whether an interface can have carried this in `durationMs`. */
export function isPlausible(counted: Counted, durationMs: number): boolean {
  const { txBytes, rxBytes, txPackets, rxPackets } = counted
  const isCount = [txBytes, rxBytes, txPackets, rxPackets].every((n) => Number.isSafeInteger(n) && n >= 0)
  const most = mostBytesIn(durationMs)
  return isCount && txBytes + rxBytes <= most && txPackets + rxPackets <= most
}
