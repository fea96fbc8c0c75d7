/** Traffic as it leaves the accountant: one row per (device, remote address, protocol, service port). */

export interface TrafficRow {
  deviceMac: string
  deviceIp: string
  /** Empty for frames that are not IP. */
  remoteIp: string
  /** IP protocol number; 256 + EtherType for frames that are not IP. */
  protocol: number
  /** Port of the service side for TCP and UDP, else 0. */
  servicePort: number
  /** Frame bytes without FCS; tx is from the device. */
  txBytes: number
  rxBytes: number
  txPackets: number
  rxPackets: number
}

export interface TrafficBucket {
  /** Milliseconds since 1970-01-01 UTC. */
  startMs: number
  durationMs: number
  rows: TrafficRow[]
  /** Counted without a row of its own: the table was full, or the flow too small among very many. */
  otherBytes: number
  otherPackets: number
}

/** Totals since the start. */
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
