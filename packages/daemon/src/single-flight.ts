/**
 * A reading that callers can ask for as often as they like: while one is under
 * way, whoever asks gets its result, so that there is never more than one
 * process for it.
 */
export function singleFlight<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null
  return () => {
    underWay ??= read().finally(() => {
      underWay = null
    })
    return underWay
  }
}
