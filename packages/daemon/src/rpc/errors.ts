/**
 * The one place that turns errors into gRPC status. A NetWatcherError keeps its
 * sentence and gets its stable reason as metadata, in the manner of
 * google.rpc.ErrorInfo; whatever else was thrown is logged and stays inside.
 */

import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { type ErrorCode, errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { Logger } from '../os/log.js'

export const REASON_METADATA = 'netwatcher-reason'

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
  if (error instanceof NetWatcherError) return serviceError(STATUS[error.code], error.reason, error.message)
  const stack = error instanceof Error ? (error.stack ?? error.message) : errorMessage(error)
  log.error('A call failed', { method, error: stack })
  return serviceError(status.INTERNAL, 'INTERNAL', 'The daemon could not do this; its log says why.')
}

function serviceError(code: status, reason: string, details: string): ServiceError {
  const metadata = new Metadata()
  metadata.set(REASON_METADATA, reason)
  return Object.assign(new Error(details), { code, details, metadata })
}
