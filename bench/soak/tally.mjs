/**
 * What became of each slot of frames that was sent: stored, told as missing, or
 * lost. A slot is told as missing where it overlaps a span that the product
 * itself told (a gap, an interface that was down, a database that was lost), of
 * frames that the kernel dropped no more than it told. Pure.
 */

/** Slots and spans are told by different clocks and rounded: half a second either way. */
const SLACK_MS = 500

/**
 * `slots`: `{ slot, fromMs, toMs, sent }`; `stored`: packets by slot; `told`: spans `{ fromMs, toMs, frames }`,
 * of any number of frames where that is left out.
 * Gives frames, and the slots that are short for no reason that was told (`lost`) or counted twice (`twice`).
 */
export function tally(slots, stored, told) {
  const sum = { sent: 0, stored: 0, told: 0, lost: 0, twice: 0, unexplained: [] }
  const left = told.map(({ fromMs, toMs, frames = Number.POSITIVE_INFINITY }) => ({ fromMs, toMs, frames }))
  for (const { slot, fromMs, toMs, sent } of slots) {
    const found = stored.get(slot) ?? 0
    const missing = sent - found
    sum.sent += sent
    sum.stored += found
    if (missing === 0) continue
    const isOver = (span) => span.fromMs - SLACK_MS < toMs && fromMs < span.toMs + SLACK_MS
    const span = left.find((one) => one.frames >= missing && isOver(one))
    if (missing < 0) sum.twice -= missing
    else if (span) {
      span.frames -= missing
      sum.told += missing
      continue
    } else sum.lost += missing
    sum.unexplained.push({ slot, fromMs, toMs, sent, found })
  }
  return sum
}

/** Mulberry32: the same faults in the same order for the same seed; gives numbers in [0, 1). */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
