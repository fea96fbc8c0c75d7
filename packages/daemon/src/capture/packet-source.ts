/**
 * Where packets come from: a live interface or a capture file, behind one
 * interface. Frames arrive in batches, back to back in one shared buffer, so
 * that the cost of entering JavaScript is paid per batch and not per packet.
 */

/** libpcap link types that are understood (pcap-linktype(7)). */
export const LINKTYPE_ETHERNET = 1
export const LINKTYPE_RAW = 101
export const LINKTYPE_LINUX_SLL = 113
export const LINKTYPE_LINUX_SLL2 = 276

/**
 * A batch of captured frames. Everything in it is valid only during the
 * callback: the next batch is written over it. Copy what is kept.
 */
export interface PacketBatch {
  readonly count: number
  /** Where frames of one source differ in it (a file); else the source's. */
  readonly linkType?: number
  /** All frames of the batch; frame `i` starts at `offsets[i]`. */
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  /** Bytes captured of frame `i` (at most the snap length). */
  readonly capturedLengths: Uint32Array
  /** Bytes of frame `i` on the wire, without FCS. */
  readonly wireLengths: Uint32Array
  /** The stamps, by the wall clock: milliseconds since 1970-01-01 UTC, with fraction. */
  readonly timesMs: Float64Array
}

export interface CaptureStatistics {
  /** Frames that passed the kernel's filter (pcap_stats(3PCAP) ps_recv). */
  received: number
  /** Frames dropped because the ring was full (ps_drop). */
  dropped: number
  /** Frames dropped by the interface or its driver (ps_ifdrop). */
  interfaceDropped: number
}

/** Encrypted 802.11 data; management, control and negotiation, which hold no data at all. */
export type LeftOut = 'encrypted' | 'no_data'

export interface PacketSource {
  readonly linkType: number
  /** Calls back for each batch until closed, the end of the file, or an error. */
  start(onBatch: (batch: PacketBatch) => void): void
  /** Settles at the end of a file or at `close()`; rejects when the interface goes away. */
  readonly done: Promise<void>
  statistics(): CaptureStatistics
  /** Of a file: frames in which nothing can be read, by the reason. */
  leftOut?(): Readonly<Record<LeftOut, number>>
  close(): void
}

/** Sends frames on the same handle that captures, which then does not show them (packet(7)). */
export interface FrameSender {
  /** `frame` is a whole Ethernet frame without FCS. Throws when the kernel refuses it. */
  send(frame: Uint8Array): void
}
