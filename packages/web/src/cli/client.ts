/**
 * The HTTP API as `netwatcher` uses it. As root, or as NetWatcher's own user, it
 * finds server and token by itself, and hands the token only to that user's
 * server; others say where it is and which token to use.
 */

import { readFileSync } from 'node:fs'
import { errorMessage, invalidArgument, NetWatcherError } from '@netwatcher/shared'
import type { Problem } from '../contract/problem.js'
import { httpUrl, ownServer } from '../login-link.js'

const DEFAULT_URL = 'http://127.0.0.1:5000'
const PAGE_SIZE = 500

export interface Place {
  url: string
  token: string
}

export interface Wanted {
  url: string | null
  tokenFile: string | null
  stateDir: string
  /** Of the environment. */
  environmentToken: string | undefined
}

/** Throws when there is no token, or when somebody else's server is at its place. */
export function findPlace({ url, tokenFile, stateDir, environmentToken }: Wanted): Place {
  const given = tokenFile === null ? environmentToken : readFile(tokenFile)
  if (given !== undefined) return { url: plainUrl(url ?? DEFAULT_URL), token: given }
  // Nobody knows who listens at a place that is only named.
  if (url !== null)
    throw invalidArgument('USAGE', 'With --url, give the token, too: --token-file FILE or $NETWATCHER_TOKEN.')
  const server = ownServer(stateDir)
  return { url: httpUrl(server.ip, server.port), token: server.token }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw invalidArgument('USAGE', `The token cannot be read: ${errorMessage(error)}`)
  }
}

function plainUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw invalidArgument('USAGE', `--url must be an address such as ${DEFAULT_URL}, not "${text}".`)
}

export class Client {
  constructor(private readonly place: Place) {}

  async get<T>(path: string): Promise<T> {
    return (await (await this.request('GET', path)).json()) as T
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await (await this.request('POST', path, body)).json()) as T
  }

  async delete(path: string): Promise<void> {
    await this.request('DELETE', path)
  }

  /** Entries of a list, page by page, up to `limit`. */
  async list<T>(path: string, key: string, limit: number): Promise<T[]> {
    const found: T[] = []
    for (let page = 1; found.length < limit; page++) {
      const size = Math.min(limit, PAGE_SIZE)
      const joint = path.includes('?') ? '&' : '?'
      const answer = await this.get<Record<string, T[]>>(`${path}${joint}page=${page}&pageSize=${size}`)
      const entries = answer[key] ?? []
      found.push(...entries)
      if (entries.length < size) break
    }
    return found.slice(0, limit)
  }

  /** The server's events, until `signal` or the server ends them. */
  async *events(signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const response = await this.request('GET', '/api/events', undefined, signal)
    if (!response.body) return
    let rest = ''
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const messages = (rest + chunk).split('\n\n')
        rest = messages.pop() ?? ''
        for (const message of messages) {
          const data = /^data: (.*)$/m.exec(message)?.[1]
          if (data !== undefined) yield JSON.parse(data) as Record<string, unknown>
        }
      }
    } catch (error) {
      if (!signal.aborted) throw unreachable(this.place.url, error)
    }
  }

  /** Throws what the server says when it refuses. */
  async request(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.place.token}`,
      ...(body && { 'content-type': 'application/json' }),
    }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }), ...(signal && { signal }) }
    let response: Response
    try {
      response = await fetch(this.place.url + path, { ...init, redirect: 'error' })
    } catch (error) {
      throw unreachable(this.place.url, error)
    }
    if (!response.ok) throw await refusal(response)
    return response
  }
}

function unreachable(url: string, error: unknown): NetWatcherError {
  const cause = error instanceof Error && error.cause ? errorMessage(error.cause) : errorMessage(error)
  return new NetWatcherError('unavailable', 'UNREACHABLE', `${url} cannot be reached: ${cause}.`)
}

async function refusal(response: Response): Promise<NetWatcherError> {
  const { detail, reason } = (await response.json().catch(() => ({}))) as Partial<Problem>
  const code = [401, 403, 421].includes(response.status) ? 'permission_denied' : 'failed_precondition'
  return new NetWatcherError(code, reason ?? 'HTTP', detail ?? `The server answered ${response.status}.`)
}
