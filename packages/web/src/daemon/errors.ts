/**
 * gRPC failures as `NetWatcherError`s with a sentence a person can act on. On
 * a Unix socket ENOENT, EACCES and ECONNREFUSED all arrive as UNAVAILABLE;
 * only the details text tells them apart.
 */

import type { ServiceError } from '@grpc/grpc-js'
import { type ErrorCode, NetWatcherError, saidError, type Text, text } from '@netwatcher/shared'
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
export function unavailableText(details: string, path: string): Text {
  if (/EACCES|EPERM/.test(details)) return text('daemon_not_allowed', { path })
  if (/ENOENT/.test(details)) return text('daemon_no_socket', { path })
  if (/ECONNREFUSED/.test(details)) return text('daemon_no_answer', { path })
  if (/ENOTSOCK/.test(details)) return text('daemon_not_a_socket', { path })
  return text('daemon_connection_lost')
}

export function daemonError(error: unknown, socketPath: string): NetWatcherError {
  if (error instanceof NetWatcherError) return error
  if (!isServiceError(error)) {
    return saidError('internal', 'DAEMON_CALL_FAILED', text('daemon_call_failed'), error)
  }
  const code = CODES[error.code] ?? 'internal'
  const reason = reasonOf(error)
  if (error.code === 14 && reason === null) {
    return saidError(code, 'DAEMON_UNAVAILABLE', unavailableText(error.details, socketPath), error)
  }
  if (error.code === 4) {
    return saidError(code, 'DAEMON_TIMEOUT', text('daemon_timeout'), error)
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
