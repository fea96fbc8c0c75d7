/** Runs a job now and then, never twice at a time, until it is stopped. */

export interface Repeating {
  /** Resolves when a run that is under way has ended. */
  stop(): Promise<void>
}

export function repeat(
  everyMs: number,
  job: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Repeating {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let isStopped = false
  const schedule = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = job().catch(onError).finally(schedule)
    }, everyMs)
  }
  schedule()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
