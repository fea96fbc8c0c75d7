/** What can go wrong with a request, as one error class with the server's problem+json (RFC 9457) in it. */

import type { Problem } from '../../contract/problem.js'

export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    readonly problem: Problem,
    options?: { cause?: unknown },
  ) {
    super(problem.detail || problem.title, options)
  }

  /** Message of one invalid field, or null. */
  fieldError(path: string): string | null {
    return this.problem.errors?.find((error) => error.path === path)?.message ?? null
  }
}

export function unreachable(cause: unknown): ApiError {
  const problem = { type: 'about:blank', title: 'Unreachable', status: 0, detail: '', reason: 'UNREACHABLE' }
  return new ApiError(0, problem, { cause })
}

/** The problem of an answer that is not 2xx, whatever its body is. */
export async function readProblem(response: Response): Promise<ApiError> {
  const fallback = {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    detail: '',
  }
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  const body: unknown = isJson ? await response.json().catch(() => null) : null
  return new ApiError(response.status, isProblem(body) ? body : fallback)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'status' in body && 'detail' in body
}
