/**
 * What was typed and is not saved yet, by what it is about. It outlasts the way
 * to another page and back; before the window is left, the browser asks.
 */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'

type Drafts = Map<string, unknown>

const DraftsContext = createContext<Drafts | null>(null)

export function DraftsProvider({ children }: { children: ReactNode }) {
  const drafts = useMemo<Drafts>(() => new Map(), [])
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (drafts.size > 0) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [drafts])
  return <DraftsContext value={drafts}>{children}</DraftsContext>
}

/** The draft where there is one, else what is stored. Setting it to what is stored, and `drop`, forget it. */
export function useDraft<T>(key: string, stored: T): { value: T; set: (value: T) => void; drop: () => void } {
  const drafts = useContext(DraftsContext)
  if (!drafts) throw new Error('DraftsProvider is missing')
  const [, setRound] = useState(0)
  const drop = useCallback(() => {
    drafts.delete(key)
    setRound((round) => round + 1)
  }, [drafts, key])
  const set = useCallback(
    (value: T) => {
      if (value === stored) return drop()
      drafts.set(key, value)
      setRound((round) => round + 1)
    },
    [drafts, key, stored, drop],
  )
  return { value: drafts.has(key) ? (drafts.get(key) as T) : stored, set, drop }
}
