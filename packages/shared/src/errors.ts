/** The one error class of the project. Tests assert on the code, never on the text. */

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

export class NetWatcherError extends Error {
  override readonly name = 'NetWatcherError'

  constructor(
    readonly code: ErrorCode,
    /** Stable, machine-readable: `TARGET_TOO_WIDE`. */
    readonly reason: string,
    /** One sentence for a person. */
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

export function invalidArgument(reason: string, message: string): NetWatcherError {
  return new NetWatcherError('invalid_argument', reason, message)
}

/** Message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
