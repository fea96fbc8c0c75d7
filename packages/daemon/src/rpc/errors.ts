/**
 * The one place that turns errors into gRPC status. A NetWatcherError keeps its
 * sentence and gets its stable reason as metadata, in the manner of
 * google.rpc.ErrorInfo, and what it says as rule and parameters; whatever else was thrown is logged and stays inside.
 */

import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { type ErrorCode, errorMessage, NetWatcherError, type Text } from '@netwatcher/shared'
import type { Logger } from '../os/log.js'

export const REASON_METADATA = 'netwatcher-reason'
/** Rule and parameters of the sentence as JSON, for who renders it in another language. */
const SAID_METADATA = 'netwatcher-said-bin'
/** Headers of HTTP/2 are bounded; a longer sentence is told in English alone. */
const MOST_SAID_BYTES = 4000

const STATUS: Record<ErrorCode, status> = {
  invalid_argument: status.INVALID_ARGUMENT,
  not_found: status.NOT_FOUND,
  already_exists: status.ALREADY_EXISTS,
  permission_denied: status.PERMISSION_DENIED,
  failed_precondition: status.FAILED_PRECONDITION,
  resource_exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  unimplemented: status.UNIMPLEMENTED,
  internal: status.INTERNAL,
}

export function toServiceError(error: unknown, method: string, log: Logger): ServiceError {
  if (error instanceof NetWatcherError) {
    return serviceError(STATUS[error.code], error.reason, error.message, error.said)
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : errorMessage(error)
  log.error('A call failed', { method, error: stack })
  return serviceError(status.INTERNAL, 'INTERNAL', 'The daemon could not do this; its log says why.')
}

function serviceError(code: status, reason: string, details: string, said: Text | null = null): ServiceError {
  const metadata = new Metadata()
  metadata.set(REASON_METADATA, reason)
  const json = said && Buffer.from(JSON.stringify(said))
  if (json && json.length <= MOST_SAID_BYTES) metadata.set(SAID_METADATA, json)
  return Object.assign(new Error(details), { code, details, metadata })
}
