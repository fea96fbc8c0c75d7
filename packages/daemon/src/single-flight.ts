/**
 * A reading that callers can ask for as often as they like: while one is under
 * way, and for `freshMs` after it has begun, whoever asks gets its result.
 * Starting a process holds up everything else, so nobody can cause many.
 */
export function singleFlight<T>(
  read: () => Promise<T>,
  freshMs: number,
  nowMs: () => number,
): () => Promise<T> {
  let latest: Promise<T> | null = null
  let begunMs = 0
  let isUnderWay = false
  return () => {
    if (latest && (isUnderWay || nowMs() - begunMs < freshMs)) return latest
    isUnderWay = true
    begunMs = nowMs()
    latest = read().finally(() => {
      isUnderWay = false
    })
    return latest
  }
}
