/** A table of fixed capacity, and what became of what did not fit: overflow is counted and shown. */
export interface TableStatus {
  /** Stable identifier: `bindings`. */
  table: string
  entries: number
  capacity: number
  /** Entries that gave way to newer ones. */
  evicted: number
  /** Newcomers that found no place. */
  refused: number
}
