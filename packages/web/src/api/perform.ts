/**
 * Runs a route for whoever asks: what a read-only token may not do is refused,
 * and what was changed is noted with the token that was used.
 */

import type { Context } from 'hono'
import { READ_ONLY } from '../contract/tokens.js'
import type { Logger } from '../os/log.js'
import type { Store } from '../storage/store.js'
import { problem } from './problem.js'
import type { Perform, Route } from './route.js'

export interface PerformDeps {
  store: Store
  log: Logger
  nowMs: () => number
}

export function performer(deps: PerformDeps): Perform {
  return async (one, c) => {
    const isRefused = one.access === 'full' && !one.isPublic && c.get('caller')?.access !== 'full'
    const response = isRefused ? readOnly(c) : await one.run(c)
    if (isRefused || (one.method !== 'GET' && response.ok)) await note(deps, one, c, response.status)
    return response
  }
}

function readOnly(c: Context): Response {
  return problem(c, 403, 'This token may only read.', { reason: READ_ONLY })
}

/** A block must be taken back even where nothing can be stored, so that is only logged. */
async function note({ store, log, nowMs }: PerformDeps, one: Route, c: Context, status: number) {
  const caller = c.get('caller')
  if (!caller) return
  // Of refusals the pattern, so that inventing paths makes no more entries.
  const path = status < 400 ? c.req.path : one.path
  const way = caller.way === 'bearer' ? 'bearer' : 'page'
  const entry = { atMs: nowMs(), token: caller.token, way, source: c.get('seen').address } as const
  try {
    await store.audit.note({ ...entry, method: one.method, path, status })
  } catch (error) {
    log.error('A change could not be noted', { ...entry, method: one.method, path, error: String(error) })
  }
}
