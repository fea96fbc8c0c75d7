/**
 * gRPC failures as `NetWatcherError`s with a sentence a person can act on. On
 * a Unix socket ENOENT, EACCES and ECONNREFUSED all arrive as UNAVAILABLE;
 * only the details text tells them apart.
 */

import type { ServiceError } from '@grpc/grpc-js'
import { type ErrorCode, NetWatcherError, type Text } from '@netwatcher/shared'
import { z } from 'zod'
import { plainText } from './plain-text.js'

const CODES: Record<number, ErrorCode> = {
  3: 'invalid_argument',
  4: 'unavailable',
  5: 'not_found',
  6: 'already_exists',
  7: 'permission_denied',
  8: 'resource_exhausted',
  9: 'failed_precondition',
  11: 'invalid_argument',
  12: 'unimplemented',
  14: 'unavailable',
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error
}

/** Why the daemon cannot be reached, from the details of an UNAVAILABLE status. */
export function unavailableSentence(details: string, socketPath: string): string {
  if (/EACCES|EPERM/.test(details)) {
    return `The user of NetWatcher's web part is not in group netwatcher, so it may not open ${socketPath}.`
  }
  if (/ENOENT/.test(details)) return `netwatcherd is not running: there is no socket at ${socketPath}.`
  if (/ECONNREFUSED/.test(details)) return `netwatcherd is not running: nobody answers at ${socketPath}.`
  if (/ENOTSOCK/.test(details)) return `${socketPath} is not a socket.`
  return 'The connection to netwatcherd was lost; it is being made again.'
}

export function daemonError(error: unknown, socketPath: string): NetWatcherError {
  if (error instanceof NetWatcherError) return error
  if (!isServiceError(error)) {
    return new NetWatcherError('internal', 'DAEMON_CALL_FAILED', 'The call to netwatcherd failed.', {
      cause: error,
    })
  }
  const code = CODES[error.code] ?? 'internal'
  const reason = reasonOf(error)
  if (error.code === 14 && reason === null) {
    return new NetWatcherError(code, 'DAEMON_UNAVAILABLE', unavailableSentence(error.details, socketPath), {
      cause: error,
    })
  }
  if (error.code === 4) {
    return new NetWatcherError(code, 'DAEMON_TIMEOUT', 'netwatcherd did not answer in time.', {
      cause: error,
    })
  }
  return new NetWatcherError(
    code,
    reason ?? 'DAEMON_REFUSED',
    error.details || 'netwatcherd refused the request.',
    { cause: error, ...saidOf(error) },
  )
}

const saidSchema = z.object({
  rule: z.string().regex(/^[a-z0-9_]{1,64}$/),
  params: z.record(z.string().max(64), z.string().max(2000)),
})

/** The sentence as rule and parameters, where the daemon gave them. */
function saidOf(error: ServiceError): { said?: Text } {
  const [value] = error.metadata.get('netwatcher-said-bin')
  try {
    const parsed = saidSchema.safeParse(JSON.parse(String(value)))
    return parsed.success ? { said: plainText(parsed.data) } : {}
  } catch {
    return {}
  }
}

/** The daemon puts its stable reason into the metadata of the status. */
function reasonOf(error: ServiceError): string | null {
  const [value] = error.metadata.get('netwatcher-reason')
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(value) ? value : null
}
