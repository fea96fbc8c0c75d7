/** Until tomorrow: when people have slept, in the time zone of the browser. */

const MORNING_HOUR = 6

/** Whole seconds from now to 6 o'clock of the next day, over a clock change too. */
export function secondsUntilMorning(nowMs: number): number {
  const now = new Date(nowMs)
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR)
  return Math.ceil((morning.getTime() - nowMs) / 1000)
}
