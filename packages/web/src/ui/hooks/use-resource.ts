/**
 * Reads one GET route through the query cache: who asks for the same shares one
 * answer, and the live stream keeps it fresh (`live/feed.ts`). The answer of
 * another page or filter of the same list stays until its own has come.
 */

import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { makeUrl, type Query } from '../api/client.js'
import type { ApiError } from '../api/problem.js'
import { useServices } from '../app/services.js'

export interface Resource<T> {
  data: T | null
  error: ApiError | null
  isLoading: boolean
  /** When it was asked for here, and when `data` came, milliseconds since 1970-01-01 UTC. */
  askedMs: number
  receivedMs: number
  reload: () => void
}

export interface ResourceOptions {
  /** Read again this often while the page is visible; what the stream tells of needs none. */
  refreshMs?: number
}

/** A null path reads nothing. */
export function useResource<T>(
  path: string | null,
  query: Query = {},
  { refreshMs = 0 }: ResourceOptions = {},
): Resource<T> {
  const { api, translator, daemon } = useServices()
  const url = makeUrl(path ?? '', query)
  const askedMs = useRef(0)
  const { data, error, isFetching, dataUpdatedAt, refetch } = useQuery<T, ApiError>({
    // An answer is in one language and of one daemon.
    queryKey: [path, url, translator.language, daemon.name],
    queryFn: ({ signal }) => {
      askedMs.current = Date.now()
      return api.get<T>(url, {}, signal)
    },
    enabled: path !== null,
    placeholderData: (previous, of) => (of?.queryKey[0] === path ? previous : undefined),
    refetchInterval: refreshMs || false,
  })
  const reload = useCallback(() => void refetch(), [refetch])
  return {
    data: data ?? null,
    error,
    isLoading: isFetching,
    askedMs: askedMs.current,
    receivedMs: dataUpdatedAt,
    reload,
  }
}
