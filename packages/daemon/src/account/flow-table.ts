/**
 * Counters per flow in typed arrays: open addressing with linear probing, a
 * fixed capacity and no allocation per packet, so that a flood of addresses
 * costs accuracy (it is counted as `overflow`) and never memory.
 *
 * A slot is 64 bytes, one cache line. It is in use when it carries the current
 * generation; emptying the table is starting the next one. The hash is keyed
 * per process, so that nobody outside can aim for collisions, and a probe
 * looks at `MAX_PROBES` slots at most.
 */

/** What a flow is told apart by. IPv4 addresses use the last word of the four, the others are zero. */
export interface FlowKey {
  macHigh: number
  macLow: number
  /** 0, 4 or 6: no address, one word, or four. */
  family: number
  protocol: number
  servicePort: number
  device0: number
  device1: number
  device2: number
  device3: number
  remote0: number
  remote1: number
  remote2: number
  remote3: number
}

const SLOT_WORDS = 16
const GENERATION = 0
const MAC_LOW = 1
/** MAC high bits, service port. */
const MAC_HIGH_PORT = 2
/** Family, protocol. */
const PROTOCOL = 3
const DEVICE = 4
const REMOTE = 5
const TX_PACKETS = 6
const RX_PACKETS = 7
/** MAC address that the remote side was last seen behind. */
const PEER_LOW = 8
const PEER_HIGH = 9
/** Counted in doubles: positions in `bytes`, which has half as many elements. */
const TX_BYTES = 5
const RX_BYTES = 6

/** Upper words of IPv6 addresses, apart so that IPv4 flows never touch them. */
const WIDE_WORDS = 6
const FAMILY_SHIFT = 17
const PROTOCOL_MASK = (1 << FAMILY_SHIFT) - 1

/** In a table that is half full the longest run is about 60 slots; a longer one is bad luck or malice. */
const MAX_PROBES = 256

export interface FlowEntry extends FlowKey {
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
}

/** All 32-bit words of keys are signed, so that they stay small integers for the compiler. */
export function makeFlowEntry(): FlowEntry {
  return {
    macHigh: 0,
    macLow: 0,
    family: 0,
    protocol: 0,
    servicePort: 0,
    device0: 0,
    device1: 0,
    device2: 0,
    device3: 0,
    remote0: 0,
    remote1: 0,
    remote2: 0,
    remote3: 0,
    txBytes: 0,
    rxBytes: 0,
    txPackets: 0,
    rxPackets: 0,
  }
}

export class FlowTable {
  /** Flows in the table. */
  count = 0
  private generation = 1
  private readonly mask: number
  private readonly shift: number
  private readonly words: Int32Array
  private readonly bytes: Float64Array
  private readonly wide: Int32Array
  /** Index of the slot of each flow, in order of arrival. */
  private readonly order: Uint32Array
  private readonly multipliers: Int32Array

  constructor(readonly capacity: number) {
    // At most half full, so that probes stay short.
    const bits = Math.max(1, Math.ceil(Math.log2(capacity * 2)))
    this.mask = 2 ** bits - 1
    this.shift = 32 - bits
    const slots = new ArrayBuffer(2 ** bits * SLOT_WORDS * 4)
    this.words = new Int32Array(slots)
    this.bytes = new Float64Array(slots)
    this.wide = new Int32Array(2 ** bits * WIDE_WORDS)
    this.order = new Uint32Array(capacity)
    this.multipliers = crypto.getRandomValues(new Int32Array(12)).map((value) => value | 1)
  }

  /** The slot of the flow, made when it is new; -1 when the table has no room for it. */
  locate(key: FlowKey): number {
    const { words, generation } = this
    const macHighPort = (key.macHigh << 16) | key.servicePort
    const protocol = (key.family << FAMILY_SHIFT) | key.protocol
    let index = this.hash(key, macHighPort, protocol) >>> this.shift
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = index * SLOT_WORDS
      if (words[slot + GENERATION] !== generation) return this.insert(key, index, macHighPort, protocol)
      if (
        words[slot + REMOTE] === key.remote3 &&
        words[slot + DEVICE] === key.device3 &&
        words[slot + MAC_HIGH_PORT] === macHighPort &&
        words[slot + MAC_LOW] === key.macLow &&
        words[slot + PROTOCOL] === protocol &&
        (key.family !== 6 || this.hasWide(key, index))
      )
        return slot
      index = (index + 1) & this.mask
    }
    return -1
  }

  /** Products with secret odd numbers, added up: nothing waits for anything else. */
  private hash(key: FlowKey, macHighPort: number, protocol: number): number {
    const m = this.multipliers
    let sum =
      Math.imul(key.macLow, m[0] ?? 0) +
      Math.imul(macHighPort, m[1] ?? 0) +
      Math.imul(protocol, m[2] ?? 0) +
      Math.imul(key.device3, m[3] ?? 0) +
      Math.imul(key.remote3, m[4] ?? 0)
    if (key.family === 6) {
      sum +=
        Math.imul(key.device0, m[5] ?? 0) +
        Math.imul(key.device1, m[6] ?? 0) +
        Math.imul(key.device2, m[7] ?? 0) +
        Math.imul(key.remote0, m[8] ?? 0) +
        Math.imul(key.remote1, m[9] ?? 0) +
        Math.imul(key.remote2, m[10] ?? 0)
    }
    return Math.imul(sum ^ (sum >>> 16), m[11] ?? 0)
  }

  private hasWide(key: FlowKey, index: number): boolean {
    const { wide } = this
    const at = index * WIDE_WORDS
    return (
      wide[at] === key.device0 &&
      wide[at + 1] === key.device1 &&
      wide[at + 2] === key.device2 &&
      wide[at + 3] === key.remote0 &&
      wide[at + 4] === key.remote1 &&
      wide[at + 5] === key.remote2
    )
  }

  private insert(key: FlowKey, index: number, macHighPort: number, protocol: number): number {
    if (this.count >= this.capacity) return -1
    const { words, wide } = this
    const slot = index * SLOT_WORDS
    words.fill(0, slot, slot + SLOT_WORDS)
    words[slot + GENERATION] = this.generation
    words[slot + MAC_LOW] = key.macLow
    words[slot + MAC_HIGH_PORT] = macHighPort
    words[slot + PROTOCOL] = protocol
    words[slot + DEVICE] = key.device3
    words[slot + REMOTE] = key.remote3
    if (key.family === 6) {
      const at = index * WIDE_WORDS
      wide[at] = key.device0
      wide[at + 1] = key.device1
      wide[at + 2] = key.device2
      wide[at + 3] = key.remote0
      wide[at + 4] = key.remote1
      wide[at + 5] = key.remote2
    }
    this.order[this.count++] = index
    return slot
  }

  /** True for the first packet that way. */
  addTx(slot: number, bytes: number): boolean {
    const packets = this.words[slot + TX_PACKETS] ?? 0
    this.words[slot + TX_PACKETS] = packets + 1
    this.bytes[slot / 2 + TX_BYTES] = (this.bytes[slot / 2 + TX_BYTES] ?? 0) + bytes
    return packets === 0
  }

  /** True for the first packet that way. */
  addRx(slot: number, bytes: number): boolean {
    const packets = this.words[slot + RX_PACKETS] ?? 0
    this.words[slot + RX_PACKETS] = packets + 1
    this.bytes[slot / 2 + RX_BYTES] = (this.bytes[slot / 2 + RX_BYTES] ?? 0) + bytes
    return packets === 0
  }

  /** Remembers the MAC address behind which the remote side is; true when it was another one. */
  replacePeer(slot: number, macHigh: number, macLow: number): boolean {
    const { words } = this
    if (words[slot + PEER_LOW] === macLow && words[slot + PEER_HIGH] === macHigh) return false
    words[slot + PEER_LOW] = macLow
    words[slot + PEER_HIGH] = macHigh
    return true
  }

  /** Copies flow number `position`, in order of arrival. */
  read(position: number, entry: FlowEntry): void {
    const { words, wide } = this
    const index = this.order[position] ?? 0
    const slot = index * SLOT_WORDS
    const at = index * WIDE_WORDS
    const macHighPort = words[slot + MAC_HIGH_PORT] ?? 0
    const protocol = words[slot + PROTOCOL] ?? 0
    entry.macHigh = macHighPort >>> 16
    entry.macLow = words[slot + MAC_LOW] ?? 0
    entry.family = protocol >>> FAMILY_SHIFT
    entry.protocol = protocol & PROTOCOL_MASK
    entry.servicePort = macHighPort & 0xffff
    entry.device0 = wide[at] ?? 0
    entry.device1 = wide[at + 1] ?? 0
    entry.device2 = wide[at + 2] ?? 0
    entry.device3 = words[slot + DEVICE] ?? 0
    entry.remote0 = wide[at + 3] ?? 0
    entry.remote1 = wide[at + 4] ?? 0
    entry.remote2 = wide[at + 5] ?? 0
    entry.remote3 = words[slot + REMOTE] ?? 0
    entry.txPackets = (words[slot + TX_PACKETS] ?? 0) >>> 0
    entry.rxPackets = (words[slot + RX_PACKETS] ?? 0) >>> 0
    entry.txBytes = this.bytes[slot / 2 + TX_BYTES] ?? 0
    entry.rxBytes = this.bytes[slot / 2 + RX_BYTES] ?? 0
  }

  /** Empties the table without touching its memory. */
  clear(): void {
    this.count = 0
    this.generation = (this.generation + 1) | 0
    if (this.generation !== 0) return
    // Four thousand million buckets later an old slot could look like a new one.
    this.words.fill(0)
    this.generation = 1
  }
}
