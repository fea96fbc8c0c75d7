/**
 * Looks for hosts, or asks them what they are, without being asked to: soon after the daemon is there, then
 * every few minutes, so that the list of devices is complete from the start
 * and presence rests on more than what happens to be heard.
 */

export class RegularScans {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly discover: () => Promise<unknown>,
    /** Sensors that have just been started need a moment. Every 0 ms: only when asked. */
    private readonly pace: { firstMs: number; everyMs: number },
    private readonly onError: (error: unknown) => void,
  ) {}

  connected(): void {
    this.schedule(this.pace.firstMs)
  }

  disconnected(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private schedule(afterMs: number): void {
    if (this.pace.everyMs === 0) return
    clearTimeout(this.timer)
    const timer = setTimeout(() => {
      void this.discover()
        .catch(this.onError)
        .then(() => {
          // Disconnected, or connected anew, meanwhile: then this is not the round that counts.
          if (this.timer === timer) this.schedule(this.pace.everyMs)
        })
    }, afterMs)
    this.timer = timer
  }
}
