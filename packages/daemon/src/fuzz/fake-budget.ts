/**
 * How long the fuzz tests go on: a minute in all, and as
 * long as they are told to by `npm run fuzz`.
 */

const env = (name: string, usual: number) => Number(process.env[`NETWATCHER_FUZZ_${name}`] ?? usual)

export const SECONDS = env('SECONDS', 12)
/** Zero: as many as there is time for. */
export const FRAMES = env('FRAMES', 0)
export const SEED = env('SEED', 1)
export const TIMEOUT_MS = FRAMES > 0 ? 24 * 3_600_000 : SECONDS * 1000 + 120_000

/** Calls until the time is over; gives how often. */
export async function spend(work: () => unknown, seconds = SECONDS): Promise<number> {
  const untilMs = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < untilMs; count++) await work()
  return count
}
