/**
 * The one way to the HTTP API: same-origin fetch with the session cookie and the
 * page's own secret, JSON both ways, every failure an `ApiError`, and a hook for
 * a lost session.
 */

import type { Language } from '@netwatcher/shared'
import { takesDaemon } from '../../contract/daemons.js'
import { NO_PAGE_SECRET, PAGE_SECRET_HEADER } from '../../contract/page-secret.js'
import { type ApiError, readProblem, unreachable } from './problem.js'

export type QueryValue = string | number | boolean | null | undefined
export type Query = Record<string, QueryValue>

export interface ApiClient {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>
  /** Of a file. */
  bytes(path: string, signal?: AbortSignal): Promise<Uint8Array>
  post<T>(path: string, body?: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  delete(path: string): Promise<void>
}

export interface ApiClientOptions {
  fetch: typeof fetch
  /** That texts are asked for in. */
  language: Language
  /** Whom requests are for that one daemon answers; empty where there is only one. */
  daemon: string
  /** Null before the login. */
  pageSecret: () => string | null
  /** Called when one has to log in again, besides the error that is thrown. */
  onUnauthorized: () => void
}

/** Path with its query; empty, null and undefined values are left out. */
export function makeUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  if (!text) return path
  return `${path}${path.includes('?') ? '&' : '?'}${text}`
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  async function send(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const response = await answer(method, url, body, signal)
    return response.status === 204 ? undefined : response.json()
  }

  async function answer(
    method: string,
    url: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const pageSecret = options.pageSecret()
    const headers = {
      accept: 'application/json',
      'accept-language': options.language,
      ...(pageSecret !== null && { [PAGE_SECRET_HEADER]: pageSecret }),
    }
    const init: RequestInit = { method, credentials: 'same-origin', headers }
    if (signal) init.signal = signal
    if (method !== 'GET') {
      init.headers = { ...headers, 'content-type': 'application/json' }
      init.body = JSON.stringify(body ?? {})
    }
    const isFor = options.daemon !== '' && takesDaemon(url)
    const response = await request(isFor ? makeUrl(url, { daemon: options.daemon }) : url, init)
    if (!response.ok) throw await refused(response)
    return response
  }

  async function refused(response: Response): Promise<ApiError> {
    const error = await readProblem(response)
    if (error.status === 401 || error.problem.reason === NO_PAGE_SECRET) options.onUnauthorized()
    return error
  }

  async function request(url: string, init: RequestInit): Promise<Response> {
    try {
      return await options.fetch(url, init)
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw unreachable(error)
    }
  }

  return {
    get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
      send('GET', makeUrl(path, query), undefined, signal) as Promise<T>,
    bytes: async (path, signal) =>
      new Uint8Array(await (await answer('GET', path, undefined, signal)).arrayBuffer()),
    post: <T>(path: string, body?: unknown) => send('POST', path, body) as Promise<T>,
    patch: <T>(path: string, body: unknown) => send('PATCH', path, body) as Promise<T>,
    delete: (path) => send('DELETE', path).then(() => undefined),
  }
}
