/**
 * Between a scan, which does not wait, and the caller who reads its results,
 * who may: hosts are queued (there are never more than the scan has addresses),
 * of the progress only the newest state is kept.
 */

import type { ScanProgress, ScanResponse } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import type { ResponseStream } from './handlers.js'

export class ScanFeed {
  private readonly queue: ScanResponse[] = []
  private readonly progress = new Map<string, ScanProgress>()
  private hasProgress = false
  private pumping: Promise<void> | null = null

  constructor(private readonly stream: ResponseStream<ScanResponse>) {}

  push(response: ScanResponse): void {
    this.queue.push(response)
    this.pump()
  }

  pushProgress(interfaceName: string, progress: ScanProgress): void {
    this.progress.set(interfaceName, progress)
    this.hasProgress = true
    this.pump()
  }

  /** Settles when everything has been handed over, or the caller has gone. */
  async flushed(): Promise<void> {
    while (this.pumping) await this.pumping
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
    if (!this.hasProgress) return this.queue.shift()
    this.hasProgress = false
    const all = [...this.progress.values()]
    const sum = (pick: (one: ScanProgress) => number) => all.reduce((total, one) => total + pick(one), 0)
    const value = {
      asked: sum((one) => one.asked),
      total: sum((one) => one.total),
      found: sum((one) => one.found),
    }
    return { result: { $case: 'progress', value } }
  }
}
