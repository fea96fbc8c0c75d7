/** Every error as problem+json (RFC 9457). Details of unexpected ones go to the log, never to the caller. */

import { type ErrorCode, isKnownRule, NetWatcherError, render } from '@netwatcher/shared'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import type { Problem } from '../contract/problem.js'
import { describeFault, faultOf } from '../storage/fault.js'
import { languageOf } from './language.js'

const STATUS: Record<ErrorCode, ContentfulStatusCode> = {
  invalid_argument: 400,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  failed_precondition: 409,
  resource_exhausted: 429,
  unavailable: 503,
  unimplemented: 501,
  internal: 500,
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  429: 'Too many requests',
  500: 'Internal error',
  501: 'Not implemented',
  503: 'Not available',
  507: 'Insufficient storage',
}

export function problem(
  c: Context,
  status: ContentfulStatusCode,
  detail: string,
  extra: Pick<Problem, 'reason' | 'errors'> = {},
  headers: Record<string, string> = {},
): Response {
  const body: Problem = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...extra }
  return c.body(JSON.stringify(body), status, { ...headers, 'Content-Type': 'application/problem+json' })
}

/** Thrown where a request does not fit its schema. */
export class ValidationError extends Error {
  constructor(
    readonly place: 'body' | 'query' | 'path',
    readonly errors: { path: string; message: string }[],
  ) {
    super(`invalid ${place}`)
  }
}

export function validationError(place: 'body' | 'query' | 'path', error: z.ZodError): ValidationError {
  const errors = error.issues.flatMap((issue) => {
    const path = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: 'There is no such field.',
    }))
  })
  return new ValidationError(place, errors)
}

export function errorResponse(c: Context, error: unknown, log: (error: unknown) => void): Response {
  if (error instanceof ValidationError) {
    const [first] = error.errors
    const detail = first
      ? `The ${error.place} is not valid: ${first.path ? `${first.path}: ` : ''}${first.message}`
      : `The ${error.place} is not valid.`
    return problem(c, 400, detail, { reason: 'INVALID_REQUEST', errors: error.errors })
  }
  if (error instanceof NetWatcherError && error.code !== 'internal') {
    const { code, reason, said } = error
    if (said === null || !isKnownRule(said.rule)) return problem(c, STATUS[code], error.message, { reason })
    const language = languageOf(c)
    const headers = { 'Content-Language': language }
    return problem(c, STATUS[code], render(said, language), { reason }, headers)
  }
  // A client that went away in the middle of its body is nobody's fault.
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
    return problem(c, 400, 'The request ended early.', { reason: 'INCOMPLETE_REQUEST' })
  }
  log(error)
  const fault = faultOf(error)
  if (fault !== null) {
    const detail = describeFault(error) ?? ''
    // RFC 4918 section 11.5.
    return fault === 'full'
      ? problem(c, 507, detail, { reason: 'DISK_FULL' })
      : problem(c, 503, detail, { reason: 'STORAGE_FAULT' })
  }
  return problem(c, 500, 'Something went wrong; the log has the details.', { reason: 'INTERNAL' })
}
