/**
 * Reads one GET route and keeps it fresh: again after a reset of the live
 * stream, when `refreshKey` changes, and every `refreshMs` while the page is
 * visible. Older data stays on the page until newer has come, also on errors.
 */

import { useCallback, useEffect, useRef, useState } from 'react'
import { makeUrl, type Query } from '../api/client.js'
import { ApiError } from '../api/problem.js'
import { useApi, useLive } from '../app/services.js'
import { useThrottled } from './use-throttled.js'

/** A flood makes the stream say `reset` again and again. */
const RESET_MS = 2000

export interface Resource<T> {
  data: T | null
  error: ApiError | null
  isLoading: boolean
  /** When `data` was asked for, milliseconds since 1970-01-01 UTC. */
  fetchedMs: number
  reload: () => void
}

export interface ResourceOptions {
  refreshMs?: number
  /** Anything; read again when it is another one. */
  refreshKey?: unknown
}

interface Result<T> {
  path: string | null
  data: T | null
  error: ApiError | null
  fetchedMs: number
}

/** A null path reads nothing. */
export function useResource<T>(
  path: string | null,
  query: Query = {},
  options: ResourceOptions = {},
): Resource<T> {
  const api = useApi()
  const resets = useThrottled(
    useLive((state) => state.resets),
    RESET_MS,
  )
  const connections = useLive((state) => state.daemons)
  const [round, setRound] = useState(0)
  const [result, setResult] = useState<Result<T>>({ path, data: null, error: null, fetchedMs: 0 })
  const [isLoading, setIsLoading] = useState(path !== null)
  const url = path === null ? null : makeUrl(path, query)
  const { refreshMs = 0, refreshKey } = options

  // biome-ignore lint/correctness/useExhaustiveDependencies: the counters only say that it is time to read again
  useEffect(() => {
    if (url === null) return
    const abort = new AbortController()
    const fetchedMs = Date.now()
    setIsLoading(true)
    api
      .get<T>(url, {}, abort.signal)
      .then((data) => setResult({ path, data, error: null, fetchedMs }))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return
        if (!(error instanceof ApiError)) throw error
        setResult((old) => (old.path === path ? { ...old, error } : { path, data: null, error, fetchedMs }))
      })
      .finally(() => {
        if (!abort.signal.aborted) setIsLoading(false)
      })
    return () => abort.abort()
  }, [api, path, url, resets, connections, round, refreshKey])

  const reload = useCallback(() => setRound((old) => old + 1), [])
  useInterval(reload, refreshMs)
  const isCurrent = result.path === path
  return {
    data: isCurrent ? result.data : null,
    error: isCurrent ? result.error : null,
    fetchedMs: result.fetchedMs,
    isLoading,
    reload,
  }
}

/** Calls `run` every `intervalMs` while the page is visible; 0 means never. */
function useInterval(run: () => void, intervalMs: number): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    if (intervalMs === 0) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current()
    }, intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])
}
