/** What a scan for hosts costs, so that a person can be told before it begins. */

/** Each frame asks one address. Why so many: packages/daemon/src/scan/pacing.ts. */
export const SCAN_FRAMES_PER_SECOND = { normal: 400, fast: 4000 } as const
/** Times that an address that does not answer is asked. */
export const SCAN_ROUNDS = 3
/** Addresses that are swept without asking for permission: a /22. */
export const LARGE_SCAN_ADDRESSES = 1024

/** Where hardly anybody answers, as in most wide networks. */
export function scanSeconds(addresses: number, pace: keyof typeof SCAN_FRAMES_PER_SECOND): number {
  return Math.ceil((addresses * SCAN_ROUNDS) / SCAN_FRAMES_PER_SECOND[pace])
}
