/**
 * Answers of queries that may take long, kept for a multiple of the time they
 * took: a page that asks every few seconds costs at most a small part of one
 * core, while what is quick to answer is always fresh. The same question asked
 * meanwhile waits for the same answer.
 */

const KEPT = 64
/** An answer stands for this many times as long as it took. */
const PATIENCE = 20
/** But never longer: it is shown as the present. */
const MAX_AGE_MS = 30_000

interface Entry {
  answer: Promise<unknown>
  untilMs: number
}

export class AnswerCache {
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly monotonicMs: () => number) {}

  get<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.entries.get(question)
    if (known && this.monotonicMs() < known.untilMs) return known.answer as Promise<T>
    const entry = { answer: this.ask(question, ask), untilMs: Number.POSITIVE_INFINITY }
    this.entries.delete(question)
    this.entries.set(question, entry)
    const [oldest] = this.entries.keys()
    if (this.entries.size > KEPT && oldest !== undefined) this.entries.delete(oldest)
    return entry.answer
  }

  private async ask<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const startedMs = this.monotonicMs()
    let untilMs = 0
    try {
      const answer = await ask()
      const endedMs = this.monotonicMs()
      untilMs = endedMs + Math.min(PATIENCE * (endedMs - startedMs), MAX_AGE_MS)
      return answer
    } finally {
      const entry = this.entries.get(question)
      if (entry) entry.untilMs = untilMs
    }
  }
}
