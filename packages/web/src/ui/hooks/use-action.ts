/** Runs one command at a time and keeps its error, for buttons and forms. */

import { useCallback, useState } from 'react'
import { ApiError } from '../api/problem.js'

export interface Action<A extends unknown[]> {
  run: (...args: A) => Promise<boolean>
  isBusy: boolean
  error: ApiError | null
  clear: () => void
}

/** `run` resolves to true when the command succeeded. */
export function useAction<A extends unknown[]>(command: (...args: A) => Promise<unknown>): Action<A> {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)

  async function run(...args: A): Promise<boolean> {
    if (isBusy) return false
    setIsBusy(true)
    setError(null)
    try {
      await command(...args)
      return true
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown)
      return false
    } finally {
      setIsBusy(false)
    }
  }

  const clear = useCallback(() => setError(null), [])
  return { run, isBusy, error, clear }
}
