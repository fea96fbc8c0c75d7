/** Traffic as it is counted: one row per (device, remote address, protocol, service port). */

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
  /** Another interface of this machine counts it, too: it is no part of totals. */
  isSecondView: boolean
}

/** Traffic of one span of time, or a part of it: all figures are increments. */
export interface TrafficBucket {
  /** Milliseconds since 1970-01-01 UTC. */
  startMs: number
  durationMs: number
  rows: TrafficRow[]
  /** Counted without a row of its own: the table was full, or the flow too small among very many. */
  otherBytes: number
  otherPackets: number
}

/** A bucket as the sensor reports it, with the frames that the kernel dropped meanwhile. */
export interface TrafficReport extends TrafficBucket {
  dropped: number
}
