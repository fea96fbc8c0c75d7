/** Folds stored traffic into lists and totals a moment after it arrived, never twice at a time. */

const DELAY_MS = 1_000

export class TrafficFolder {
  private timer: NodeJS.Timeout | null = null
  private running: Promise<void> = Promise.resolve()
  private isStopped = false

  constructor(
    private readonly fold: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
    private readonly delayMs = DELAY_MS,
  ) {}

  schedule(): void {
    if (this.isStopped) return
    this.timer ??= setTimeout(() => {
      this.timer = null
      // What was not folded waits for the next time; nothing of it is lost.
      this.running = this.running.then(this.fold).catch(this.onError)
    }, this.delayMs)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    if (this.timer) clearTimeout(this.timer)
    await this.running
  }
}
