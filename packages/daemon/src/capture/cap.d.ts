/** The part of `cap` (with the patch in patches/) that the sources use. */

declare module 'cap' {
  import type { EventEmitter } from 'node:events'

  /** Memory that each batch is written to. A frame must fit: `bytes` >= `snapLength`. */
  export interface BatchArrays {
    bytes: Uint8Array
    offsets: Uint32Array
    capturedLengths: Uint32Array
    wireLengths: Uint32Array
    times: Float64Array
  }

  interface CommonOptions {
    snapLength: number
    filter?: string
    /** Bytes captured of frames that `filter` does not match; 0 leaves them out. */
    unmatchedLength?: number
    batch: BatchArrays
  }

  export interface DeviceOptions extends CommonOptions {
    device: string
    promiscuous: boolean
    ringBytes: number
    timeoutMs: number
  }

  export interface FileOptions extends CommonOptions {
    file: string
  }

  /** Events: `batch` (frames now in the arrays), `end` (of a file), `error` (nothing follows). */
  export class Cap extends EventEmitter<{ batch: [count: number]; end: []; error: [error: Error] }> {
    /** Throws an Error with libpcap's text and a `code`. */
    open(options: DeviceOptions | FileOptions): void
    start(): void
    readonly linkType: number
    statistics(): { received: number; dropped: number; interfaceDropped: number } | null
    send(frame: Uint8Array): void
    close(): void
  }

  /** On every thread, without other groups; neither id may be 0. Throws an Error that names the call. */
  export function becomeUser(uid: number, gid: number): void
  /** On every thread, for good: the rest is answered ENOSYS, or ends the process. */
  export function restrictSystemCalls(): void
}
