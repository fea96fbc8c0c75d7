/** Errors whose sentence is in the catalogue. */

import { render } from './catalogue/render.js'
import { type ErrorCode, errorMessage, NetWatcherError } from './errors.js'
import { type Text, worded } from './text.js'

export function saidError(code: ErrorCode, reason: string, said: Text, cause?: unknown): NetWatcherError {
  return new NetWatcherError(code, reason, render(said, 'en'), { said, cause })
}

/** What was thrown as a text; in English where it has no rule. */
export function saidBy(error: unknown): Text {
  const said = error instanceof NetWatcherError ? error.said : null
  return said ?? worded(errorMessage(error))
}
