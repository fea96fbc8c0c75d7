/**
 * Between a scan, which does not wait, and the caller who reads its results,
 * who may: hosts are queued (there are never more than the scan has addresses),
 * of the progress only the newest state is kept.
 */

import type { ScanResponse } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { toHost } from '../convert/host.js'
import { toProgress, toSummary } from '../convert/scan.js'
import type { ScanListener } from '../discovery/discovery.js'
import type { HostFound } from '../model/host.js'
import type { ScanProgress, ScanSummary } from '../model/scan.js'
import type { ResponseStream } from './handlers.js'

export class ScanFeed implements ScanListener {
  private readonly queue: ScanResponse[] = []
  private progress: ScanProgress | null = null
  private pumping: Promise<void> | null = null

  constructor(
    private readonly stream: ResponseStream<ScanResponse>,
    private readonly daemonId: string,
  ) {}

  onHost(host: HostFound): void {
    this.push({ $case: 'host', value: toHost(host, this.daemonId) })
  }

  onProgress(progress: ScanProgress): void {
    this.progress = progress
    this.pump()
  }

  end(summary: ScanSummary): void {
    this.push({ $case: 'summary', value: toSummary(summary) })
  }

  /** Messages that the caller has not taken yet. */
  get waiting(): number {
    return this.queue.length
  }

  /** Settles when everything has been handed over, or the caller has gone. */
  async flushed(): Promise<void> {
    while (this.pumping) await this.pumping
  }

  /** Nothing is kept for a caller who has gone. */
  private push(result: ScanResponse['result']): void {
    if (this.stream.signal.aborted) return
    this.queue.push({ result })
    this.pump()
  }

  private pump(): void {
    this.pumping ??= this.drain().finally(() => {
      this.pumping = null
    })
  }

  private async drain(): Promise<void> {
    try {
      for (let next = this.take(); next && !this.stream.signal.aborted; next = this.take()) {
        await this.stream.write(next)
      }
    } catch {
      // The caller has gone; the scan is cancelled by the stream's signal.
      this.queue.length = 0
    }
  }

  private take(): ScanResponse | undefined {
    const { progress } = this
    if (!progress) return this.queue.shift()
    this.progress = null
    return { result: { $case: 'progress', value: toProgress(progress) } }
  }
}
