/** Counts the frames of scans and probes: the kernel counts them, too, but does not show them to the capture. */

import type { FrameSender } from '../capture/packet-source.js'

export class CountingSender implements FrameSender {
  packets = 0
  bytes = 0

  constructor(private readonly sender: FrameSender) {}

  send(frame: Uint8Array): void {
    this.sender.send(frame)
    this.packets++
    this.bytes += frame.length
  }
}
