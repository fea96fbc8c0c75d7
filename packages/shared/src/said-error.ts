/** Errors whose sentence is in the catalogue. */

import { render } from './catalogue/render.js'
import { type ErrorCode, NetWatcherError } from './errors.js'
import type { Text } from './text.js'

export function saidError(code: ErrorCode, reason: string, said: Text): NetWatcherError {
  return new NetWatcherError(code, reason, render(said, 'en'), { said })
}
