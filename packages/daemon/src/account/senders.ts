/**
 * Which senders have been met lately, in two small tables that stay in the
 * first-level cache. A newcomer replaces whoever hashes to the same place, which
 * is then new again; the hash is keyed per process.
 */

import { FAMILY_SHIFT, KEY } from './flow-table.js'
import { RECORD } from './frame-run.js'

// Copies, because the compiler folds constants of this module only.
const SOURCE_HIGH = RECORD.sourceMacHigh
const SOURCE_LOW = RECORD.sourceMacLow
const FAMILY_PROTOCOL = KEY.familyProtocol

const MAC_SLOTS_BITS = 12
const SENDER_SLOTS_BITS = 12

export class Senders {
  /** Low word, high word of each. */
  private readonly macs = new Int32Array(2 << MAC_SLOTS_BITS)
  /** A fingerprint of MAC and IP address each; 0 is none. */
  private readonly addresses = new Int32Array(1 << SENDER_SLOTS_BITS)
  private readonly multipliers = crypto.getRandomValues(new Int32Array(8)).map((value) => value | 1)

  /** Whether the MAC address has not been met lately; it is remembered. */
  isNewMac(records: Int32Array, at: number): boolean {
    const high = records[at + SOURCE_HIGH] ?? 0
    const low = records[at + SOURCE_LOW] ?? 0
    const hash = Math.imul(low, this.multipliers[0] ?? 0) + Math.imul(high, this.multipliers[1] ?? 0)
    const slot = ((hash | 0) >>> (32 - MAC_SLOTS_BITS)) * 2
    if (this.macs[slot] === low && this.macs[slot + 1] === high) return false
    this.macs[slot] = low
    this.macs[slot + 1] = high
    return true
  }

  /**
   * Whether the sender (MAC and IP address) of this record has not been met in
   * this bucket of traffic; it is remembered. `isSent`: it is the device.
   */
  isNew(records: Int32Array, at: number, isSent: boolean): boolean {
    const m = this.multipliers
    let sum =
      (Math.imul(records[at + SOURCE_LOW] ?? 0, m[0] ?? 0) +
        Math.imul(records[at + SOURCE_HIGH] ?? 0, m[1] ?? 0) +
        Math.imul(records[at + (isSent ? KEY.device : KEY.remote)] ?? 0, m[2] ?? 0)) |
      0
    if ((records[at + FAMILY_PROTOCOL] ?? 0) >>> FAMILY_SHIFT === 6) {
      const wide = at + (isSent ? KEY.deviceWide : KEY.remoteWide)
      for (let i = 0; i < 3; i++) sum = (sum + Math.imul(records[wide + i] ?? 0, m[3 + i] ?? 0)) | 0
    }
    const fingerprint = Math.imul(sum ^ (sum >>> 15), m[6] ?? 0) | 1
    const slot = Math.imul(fingerprint, m[7] ?? 0) >>> (32 - SENDER_SLOTS_BITS)
    if (this.addresses[slot] === fingerprint) return false
    this.addresses[slot] = fingerprint
    return true
  }

  /** Makes every sender new again, for what rests on its being seen repeatedly. */
  forget(): void {
    this.addresses.fill(0)
  }
}
