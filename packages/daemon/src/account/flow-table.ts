/**
 * Counters per flow in typed arrays with a fixed capacity and no allocation per
 * packet, so that a flood of addresses costs accuracy (the caller counts what
 * found no room) and never memory.
 *
 * Flows lie side by side in order of arrival, 64 bytes each, which is one cache
 * line. They are found by open addressing with linear probing over an array of
 * one-byte tags, which grows with the number of flows: a few flows are found in
 * the first-level cache, and an address that is not in the table is turned away
 * within the second, whatever the table's size. The hash is keyed per process,
 * so that nobody outside can aim for collisions, and probes are bounded.
 */

// Not exported themselves: the compiler folds a constant only within its module.
const MAC_LOW = 0
const MAC_HIGH_PORT = 1
const FAMILY_PROTOCOL = 2
const DEVICE = 3
const REMOTE = 4
const DEVICE_WIDE = 5
const REMOTE_WIDE = 8

/** Words of a flow key, from its place in an Int32Array on. */
export const KEY = {
  macLow: MAC_LOW,
  /** The MAC address's high 16 bits, then the service port. */
  macHighPort: MAC_HIGH_PORT,
  /** 0, 4 or 6, then the protocol in the low 17 bits. */
  familyProtocol: FAMILY_PROTOCOL,
  /** IPv4 address, or the last word of an IPv6 address. */
  device: DEVICE,
  remote: REMOTE,
  /** The first three words of IPv6 addresses; not looked at in other families. */
  deviceWide: DEVICE_WIDE,
  remoteWide: REMOTE_WIDE,
} as const
export const KEY_WORDS = 11

const FAMILY_BITS = 17
export const FAMILY_SHIFT = FAMILY_BITS

export interface FlowEntry {
  /** The key's words. */
  key: Int32Array
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
  /** MAC address that the remote side was last seen behind, in two words; zero when nothing came from it. */
  peerHigh: number
  peerLow: number
}

/** A flow: five words of its key, then: */
const FLOW_WORDS = 16
const TX_PACKETS = 5
const RX_PACKETS = 6
/** MAC address that the remote side was last seen behind. */
const PEER_LOW = 7
const PEER_HIGH = 8
const HASH = 9
/** Counted in doubles: positions in `bytes`, which has half as many elements. */
const TX_BYTES = 5
const RX_BYTES = 6
/** Upper words of IPv6 addresses, apart so that IPv4 flows never touch them. */
const WIDE_WORDS = 6

/** With half of the places taken the longest run is about 60; a longer one is bad luck or malice. */
const MAX_PROBES = 256
/** Shares of the capacity: far enough apart that a busy network does not go from one to the other and back. */
const FLOODED = 1 / 4
const QUIET = 1 / 16
/** An empty table begins with 2^10 places. */
const MIN_PLACE_BITS = 10

export class FlowTable {
  /** Flows in the table. */
  count = 0
  /** Keeps the loads of `hashAll` from being optimised away. */
  protected touched = 0
  /** At each place a part of the hash, or 0 when it is empty. */
  private tags!: Uint8Array
  /** The flow at each place. */
  private numbers!: Uint32Array
  private readonly maxPlaceBits: number
  private readonly minPlaceBits: number
  private placeBits: number
  private words!: Int32Array
  private bytes!: Float64Array
  private wide!: Int32Array
  /** Most flows since the arrays were made. */
  private highest = 0
  private readonly multipliers = crypto.getRandomValues(new Int32Array(12)).map((value) => value | 1)

  constructor(readonly capacity: number) {
    // Never more than half of the places are taken, so that probes stay short.
    this.maxPlaceBits = Math.ceil(Math.log2(capacity * 2))
    this.minPlaceBits = Math.min(MIN_PLACE_BITS, this.maxPlaceBits)
    this.placeBits = this.minPlaceBits
    this.makeArrays()
  }

  /** The system gives them no memory before they are written to. */
  private makeArrays(): void {
    const places = 2 ** this.maxPlaceBits
    this.tags = new Uint8Array(places)
    this.numbers = new Uint32Array(places)
    const flows = new ArrayBuffer(this.capacity * FLOW_WORDS * 4)
    this.words = new Int32Array(flows)
    this.bytes = new Float64Array(flows)
    this.wide = new Int32Array(this.capacity * WIDE_WORDS)
    this.highest = 0
  }

  /**
   * Hashes `count` keys, `stride` words apart, for `locate`. Also brings what it
   * will look at into the cache: here many loads are under way at once, there
   * each would be waited for.
   */
  hashAll(keys: Int32Array, stride: number, count: number, hashes: Int32Array): void {
    const { tags, numbers, words } = this
    const m = this.multipliers
    const m0 = m[0] ?? 0
    const m1 = m[1] ?? 0
    const m2 = m[2] ?? 0
    const m3 = m[3] ?? 0
    const m4 = m[4] ?? 0
    const m5 = m[5] ?? 0
    const shift = 32 - this.placeBits
    let touched = 0
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const familyProtocol = keys[at + FAMILY_PROTOCOL] ?? 0
      // Products with secret odd numbers, added up: none waits for another.
      let sum =
        (Math.imul(keys[at + MAC_LOW] ?? 0, m0) +
          Math.imul(keys[at + MAC_HIGH_PORT] ?? 0, m1) +
          Math.imul(familyProtocol, m2) +
          Math.imul(keys[at + DEVICE] ?? 0, m3) +
          Math.imul(keys[at + REMOTE] ?? 0, m4)) |
        0
      if (familyProtocol >>> FAMILY_BITS === 6) sum = (sum + this.hashWide(keys, at)) | 0
      const hash = Math.imul(sum ^ (sum >>> 16), m5)
      hashes[i] = hash
      touched ^= tags[hash >>> shift] ?? 0
    }
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] ?? 0
      const place = hash >>> shift
      if (tags[place] === tagOf(hash)) touched ^= words[(numbers[place] ?? 0) * FLOW_WORDS] ?? 0
    }
    this.touched = touched
  }

  /** The number of the flow whose key is at `at`, made when it is new; -1 when the table has no room. */
  locate(keys: Int32Array, at: number, hash: number): number {
    const { tags, words } = this
    const familyProtocol = keys[at + FAMILY_PROTOCOL] ?? 0
    const isWide = familyProtocol >>> FAMILY_BITS === 6
    const tag = tagOf(hash)
    const mask = (1 << this.placeBits) - 1
    let place = hash >>> (32 - this.placeBits)
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const found = tags[place] ?? 0
      if (found === 0) return this.insert(keys, at, isWide, hash)
      if (found === tag) {
        const flow = this.numbers[place] ?? 0
        const flowAt = flow * FLOW_WORDS
        if (
          words[flowAt + REMOTE] === keys[at + REMOTE] &&
          words[flowAt + DEVICE] === keys[at + DEVICE] &&
          words[flowAt + MAC_HIGH_PORT] === keys[at + MAC_HIGH_PORT] &&
          words[flowAt + MAC_LOW] === keys[at + MAC_LOW] &&
          words[flowAt + FAMILY_PROTOCOL] === familyProtocol &&
          (!isWide || this.hasWide(keys, at, flow))
        )
          return flow
      }
      place = (place + 1) & mask
    }
    return -1
  }

  private hashWide(keys: Int32Array, at: number): number {
    let sum = 0
    for (let i = 0; i < WIDE_WORDS; i++) {
      sum += Math.imul(keys[at + DEVICE_WIDE + i] ?? 0, this.multipliers[6 + i] ?? 0)
    }
    return sum | 0
  }

  private hasWide(keys: Int32Array, at: number, flow: number): boolean {
    for (let i = 0; i < WIDE_WORDS; i++) {
      if (this.wide[flow * WIDE_WORDS + i] !== keys[at + DEVICE_WIDE + i]) return false
    }
    return true
  }

  private insert(keys: Int32Array, at: number, isWide: boolean, hash: number): number {
    if (this.count >= this.capacity) return -1
    const flow = this.count++
    const flowAt = flow * FLOW_WORDS
    this.words.fill(0, flowAt, flowAt + FLOW_WORDS)
    for (let i = 0; i < DEVICE_WIDE; i++) this.words[flowAt + i] = keys[at + i] ?? 0
    for (let i = 0; isWide && i < WIDE_WORDS; i++) {
      this.wide[flow * WIDE_WORDS + i] = keys[at + DEVICE_WIDE + i] ?? 0
    }
    this.words[flowAt + HASH] = hash
    if (this.count * 2 > 1 << this.placeBits) this.grow()
    else this.place(flow, hash)
    return flow
  }

  private place(flow: number, hash: number): void {
    const mask = (1 << this.placeBits) - 1
    let place = hash >>> (32 - this.placeBits)
    while (this.tags[place] !== 0) place = (place + 1) & mask
    this.tags[place] = hash & 0xff || 1
    this.numbers[place] = flow
  }

  private grow(): void {
    this.tags.fill(0, 0, 1 << this.placeBits)
    this.placeBits++
    for (let flow = 0; flow < this.count; flow++) this.place(flow, this.words[flow * FLOW_WORDS + HASH] ?? 0)
  }

  /** True for the first packet that way. */
  addTx(flow: number, bytes: number): boolean {
    const packetsAt = flow * FLOW_WORDS + TX_PACKETS
    const bytesAt = flow * (FLOW_WORDS / 2) + TX_BYTES
    const packets = this.words[packetsAt] ?? 0
    this.words[packetsAt] = packets + 1
    this.bytes[bytesAt] = (this.bytes[bytesAt] ?? 0) + bytes
    return packets === 0
  }

  /** True for the first packet that way, and when the remote side has moved to another MAC address. */
  addRx(flow: number, bytes: number, peerMacHigh: number, peerMacLow: number): boolean {
    const { words } = this
    const at = flow * FLOW_WORDS
    const bytesAt = flow * (FLOW_WORDS / 2) + RX_BYTES
    const packets = words[at + RX_PACKETS] ?? 0
    words[at + RX_PACKETS] = packets + 1
    this.bytes[bytesAt] = (this.bytes[bytesAt] ?? 0) + bytes
    const isSamePeer = words[at + PEER_LOW] === peerMacLow && words[at + PEER_HIGH] === peerMacHigh
    if (!isSamePeer) {
      words[at + PEER_LOW] = peerMacLow
      words[at + PEER_HIGH] = peerMacHigh
    }
    return packets === 0 || !isSamePeer
  }

  /** Both ways together. */
  bytesOf(flow: number): number {
    const at = flow * (FLOW_WORDS / 2)
    return (this.bytes[at + TX_BYTES] ?? 0) + (this.bytes[at + RX_BYTES] ?? 0)
  }

  packetsOf(flow: number): number {
    const at = flow * FLOW_WORDS
    return ((this.words[at + TX_PACKETS] ?? 0) >>> 0) + ((this.words[at + RX_PACKETS] ?? 0) >>> 0)
  }

  /** Copies a flow by its number. */
  read(flow: number, entry: FlowEntry): void {
    const { words, bytes, wide } = this
    const at = flow * FLOW_WORDS
    const wideAt = flow * WIDE_WORDS
    const bytesAt = flow * (FLOW_WORDS / 2)
    for (let i = 0; i < DEVICE_WIDE; i++) entry.key[i] = words[at + i] ?? 0
    for (let i = 0; i < WIDE_WORDS; i++) entry.key[DEVICE_WIDE + i] = wide[wideAt + i] ?? 0
    entry.txPackets = (words[at + TX_PACKETS] ?? 0) >>> 0
    entry.rxPackets = (words[at + RX_PACKETS] ?? 0) >>> 0
    entry.peerHigh = words[at + PEER_HIGH] ?? 0
    entry.peerLow = words[at + PEER_LOW] ?? 0
    entry.txBytes = bytes[bytesAt + TX_BYTES] ?? 0
    entry.rxBytes = bytes[bytesAt + RX_BYTES] ?? 0
  }

  /** Empties the table; flows are overwritten as they come. What a flood has filled is given back after it. */
  clear(): void {
    this.highest = Math.max(this.highest, this.count)
    if (this.highest > this.capacity * FLOODED && this.count < this.capacity * QUIET) this.makeArrays()
    else this.tags.fill(0, 0, 1 << this.placeBits)
    this.count = 0
    this.placeBits = this.minPlaceBits
  }
}

/** The low bits, while the high ones choose the place. */
function tagOf(hash: number): number {
  return hash & 0xff || 1
}
