/** Every error as problem+json (RFC 9457). Details of unexpected ones go to the log, never to the caller. */

import {
  type ErrorCode,
  isKnownRule,
  type Language,
  NetWatcherError,
  NO_TEXT,
  render,
  renderRefusal,
  text,
} from '@netwatcher/shared'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../contract/problem.js'
import { describeFault, faultOf } from '../storage/fault.js'
import type { FieldError, Place } from './field-errors.js'
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

/** In the caller's language, where there is a sentence for the reason. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  detail: string,
  extra: Pick<Problem, 'reason' | 'errors'> = {},
  headers: Record<string, string> = {},
): Response {
  const language = languageOf(c)
  const translated = renderRefusal(extra.reason ?? '', detail, language)
  if (translated === null) return answer(c, status, 'en', { detail, ...extra }, headers)
  return answer(c, status, language, { detail: translated, ...extra }, headers)
}

function answer(
  c: Context,
  status: ContentfulStatusCode,
  language: Language,
  said: Pick<Problem, 'detail' | 'reason' | 'errors'>,
  headers: Record<string, string> = {},
): Response {
  const rule = `problem_${status}`
  const title = render(text(isKnownRule(rule) ? rule : 'problem'), language)
  const body: Problem = { type: 'about:blank', title, status, ...said }
  return c.body(JSON.stringify(body), status, {
    ...headers,
    'Content-Language': language,
    'Content-Type': 'application/problem+json',
  })
}

/** Thrown where a request does not fit its schema. */
export class ValidationError extends Error {
  constructor(
    readonly place: Place,
    readonly errors: readonly FieldError[],
  ) {
    super(`invalid ${place}`)
  }
}

function invalidRequest(c: Context, { place, errors }: ValidationError): Response {
  const language = languageOf(c)
  const worded = errors.map(({ path, said }) => ({ path, message: render(said, language) }))
  const problems = worded.map(({ path, message }) => (path ? `${path}: ${message}` : message))
  const detail = render(text(`request_${place}`, { problem: problems[0] ?? '' }), language)
  return answer(c, 400, language, { detail, reason: 'INVALID_REQUEST', errors: worded })
}

export function errorResponse(c: Context, error: unknown, log: (error: unknown) => void): Response {
  if (error instanceof ValidationError) return invalidRequest(c, error)
  if (error instanceof NetWatcherError && error.code !== 'internal') {
    const { code, reason, said } = error
    if (said === null || !isKnownRule(said.rule)) return problem(c, STATUS[code], error.message, { reason })
    const language = languageOf(c)
    return answer(c, STATUS[code], language, { detail: render(said, language), reason })
  }
  // A client that went away in the middle of its body is nobody's fault.
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
    return problem(c, 400, 'The request ended early.', { reason: 'INCOMPLETE_REQUEST' })
  }
  log(error)
  const fault = faultOf(error)
  if (fault !== null) {
    const detail = render(describeFault(error) ?? NO_TEXT, 'en')
    // RFC 4918 section 11.5.
    return fault === 'full'
      ? problem(c, 507, detail, { reason: 'DISK_FULL' })
      : problem(c, 503, detail, { reason: 'STORAGE_FAULT' })
  }
  return problem(c, 500, 'Something went wrong; the log has the details.', { reason: 'INTERNAL' })
}
