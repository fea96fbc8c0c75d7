/**
 * Holds the live state for React's useSyncExternalStore. Events wait in a queue
 * and are applied a few times a second, so that a flood costs a constant number
 * of renderings.
 */

import type { LiveEvent } from '../../contract/events.js'
import { applyEvents, type Connection, INITIAL_LIVE_STATE, type LiveState } from './state.js'

export interface LiveStore {
  getState(): LiveState
  subscribe(listener: () => void): () => void
  push(event: LiveEvent): void
  setConnection(connection: Connection): void
}

export interface LiveStoreOptions {
  /** Runs a function later; `(run) => setTimeout(run, 250)` in the page. */
  schedule: (run: () => void) => void
  /** Is told of them with the state; the same batch. */
  onEvents: (events: readonly LiveEvent[]) => void
}

/** Beyond this many in one interval the state is fetched again instead. */
export const MAX_QUEUE = 5000

export function createLiveStore(options: LiveStoreOptions): LiveStore {
  let state = INITIAL_LIVE_STATE
  let queue: LiveEvent[] = []
  let isScheduled = false
  const listeners = new Set<() => void>()

  function publish(next: LiveState): void {
    state = next
    for (const listener of listeners) listener()
  }

  function flush(): void {
    isScheduled = false
    const events = queue
    queue = []
    publish(applyEvents(state, events))
    options.onEvents(events)
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    push(event) {
      if (queue.length >= MAX_QUEUE) queue = [{ type: 'reset' }]
      queue.push(event)
      if (isScheduled) return
      isScheduled = true
      options.schedule(flush)
    },
    setConnection(connection) {
      if (state.connection !== connection) publish({ ...state, connection })
    },
  }
}
