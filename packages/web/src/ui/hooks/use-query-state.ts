/** Filters, order and page of a list, kept in the address so that they survive reload and can be linked to. */

import { useSearchParams } from 'wouter'

export interface QueryState {
  get: (name: string) => string
  /** Sets some of them; an empty value removes it. Anything but the page itself goes back to page 1. */
  set: (changes: Record<string, string>) => void
  page: number
}

export function useQueryState(): QueryState {
  const [params, setParams] = useSearchParams()
  return {
    get: (name) => params.get(name) ?? '',
    page: Math.max(1, Math.trunc(Number(params.get('page') ?? '1')) || 1),
    set: (changes) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old)
          if (!('page' in changes)) next.delete('page')
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace: true },
      ),
  }
}
