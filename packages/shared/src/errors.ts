/** The one error class of the project. Tests assert on the code, never on the text. */

import { render } from './catalogue/render.js'
import type { Text } from './text.js'

export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'already_exists'
  | 'permission_denied'
  | 'failed_precondition'
  | 'resource_exhausted'
  | 'unavailable'
  | 'unimplemented'
  | 'internal'

export interface ErrorOptions {
  cause?: unknown
  /** What the message says, for who renders it in another language. */
  said?: Text
}

export class NetWatcherError extends Error {
  override readonly name = 'NetWatcherError'
  readonly said: Text | null

  constructor(
    readonly code: ErrorCode,
    /** Stable, machine-readable: `TARGET_TOO_WIDE`. */
    readonly reason: string,
    /** One sentence for a person. */
    message: string,
    { said, ...options }: ErrorOptions = {},
  ) {
    super(message, options)
    this.said = said ?? null
  }
}

/** One whose sentence is in the catalogue. */
export function saidError(code: ErrorCode, reason: string, said: Text): NetWatcherError {
  return new NetWatcherError(code, reason, render(said, 'en'), { said })
}

export function invalidArgument(reason: string, message: string): NetWatcherError {
  return new NetWatcherError('invalid_argument', reason, message)
}

/** Message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
