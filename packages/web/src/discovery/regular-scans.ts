/**
 * Looks for hosts without being asked: soon after the daemon is there, then
 * every few minutes, so that the list of devices is complete from the start
 * and presence rests on more than what happens to be heard.
 */

/** Sensors that have just been started need a moment. */
const AFTER_CONNECTING_MS = 1_000

export class RegularScans {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly discover: () => Promise<unknown>,
    /** 0: only when asked. */
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  connected(): void {
    this.schedule(AFTER_CONNECTING_MS)
  }

  disconnected(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private schedule(afterMs: number): void {
    if (this.everyMs === 0) return
    clearTimeout(this.timer)
    const timer = setTimeout(() => {
      void this.discover()
        .catch(this.onError)
        .then(() => {
          // Disconnected, or connected anew, meanwhile: then this is not the round that counts.
          if (this.timer === timer) this.schedule(this.everyMs)
        })
    }, afterMs)
    this.timer = timer
  }
}
