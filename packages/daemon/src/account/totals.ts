/** What the accountant has counted since the start. */

export interface AccountTotals {
  packets: number
  bytes: number
  malformed: number
  overflowed: number
  /** Unicast frames between two other machines, which only a mirror, a hub or a bridge shows. */
  foreignUnicast: number
  flows: number
  flowCapacity: number
  /** Frames that detection would have seen but for the bound on their rate. */
  withheld: number
}
