/**
 * From stored transitions to what a person looks at: when the device was there,
 * how much of each hour of a week, a calendar. Times in which the sensor was
 * blind are cut out of neither; they are told beside them.
 */

export interface Transition {
  /** When it came; of a departure when it was last seen. */
  atMs: number
  isPresent: boolean
}

export interface Session {
  fromMs: number
  /** The end of the span when it lasts. */
  toMs: number
  isOpen: boolean
}

export interface TimeSpan {
  fromMs: number
  toMs: number
}

/** Transitions in order of time, the one before the span among them. */
export function sessionsOf(transitions: readonly Transition[], { fromMs, toMs }: TimeSpan): Session[] {
  const sessions: Session[] = []
  let since: number | null = null
  for (const { atMs, isPresent } of transitions) {
    if (isPresent) since ??= atMs
    else if (since !== null) {
      sessions.push({ fromMs: since, toMs: Math.max(atMs, since), isOpen: false })
      since = null
    }
  }
  if (since !== null) sessions.push({ fromMs: since, toMs: Math.max(toMs, since), isOpen: true })
  return sessions
    .filter((session) => session.toMs >= fromMs && session.fromMs < toMs)
    .map((session) => ({
      ...session,
      fromMs: Math.max(session.fromMs, fromMs),
      toMs: Math.min(session.toMs, toMs),
    }))
}

/** The share of each step, 0 to 1, that the spans cover. */
export function stripOf(spans: readonly TimeSpan[], { fromMs, toMs }: TimeSpan, stepMs: number): number[] {
  const strip = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, () => 0)
  for (const span of spans) {
    const first = Math.max(0, Math.floor((span.fromMs - fromMs) / stepMs))
    for (let i = first; i < strip.length && fromMs + i * stepMs < span.toMs; i++) {
      const startMs = fromMs + i * stepMs
      const covered = Math.min(span.toMs, startMs + stepMs) - Math.max(span.fromMs, startMs)
      strip[i] = Math.min(1, (strip[i] ?? 0) + Math.max(0, covered) / stepMs)
    }
  }
  return strip
}
