/** Whether this browser is signed in: asked at the start, after signing in, and when the stream is refused. */

import { useCallback, useEffect, useRef, useState } from 'react'
import type { SessionResponse } from '../../contract/session.js'
import type { ApiClient } from '../api/client.js'
import { ApiError } from '../api/problem.js'

export type SessionState = 'checking' | 'in' | 'out' | 'unreachable'

export interface Session {
  state: SessionState
  error: ApiError | null
  check: () => void
}

/** `isUnauthorized`: some request has been answered 401. */
export function useSession(api: ApiClient, isUnauthorized: boolean): Session {
  const [state, setState] = useState<SessionState>('checking')
  const [error, setError] = useState<ApiError | null>(null)

  const newest = useRef(0)

  const check = useCallback(() => {
    const mine = ++newest.current
    // An answer from before signing in may come after the one from afterwards.
    const isNewest = () => mine === newest.current
    api
      .get<SessionResponse>('/api/session')
      .then(({ mayChange }) => {
        if (isNewest()) setState(mayChange ? 'in' : 'out')
      })
      .catch((thrown: unknown) => {
        if (!(thrown instanceof ApiError)) throw thrown
        if (!isNewest()) return
        setError(thrown)
        // A server that restarts must not throw away the page that is open.
        setState((old) => (thrown.status === 401 ? 'out' : old === 'in' ? 'in' : 'unreachable'))
      })
  }, [api])

  useEffect(check, [check])
  return { state: isUnauthorized ? 'out' : state, error, check }
}
