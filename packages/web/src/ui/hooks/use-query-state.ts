/** Filters, order and page of a list, kept in the address so that they survive reload and can be linked to. */

import { useSearchParams } from 'wouter'

export interface QueryState {
  get: (name: string) => string
  /**
   * Sets some of them; an empty value removes it. Anything but the page itself goes back to page 1. The browser's Back
   * leads to what was before.
   */
  set: (changes: Record<string, string>) => void
  /** The same without a step for Back: a word that is being typed, a page that is not there any more. */
  replace: (changes: Record<string, string>) => void
  page: number
}

export function useQueryState(): QueryState {
  const [params, setParams] = useSearchParams()
  const change = (changes: Record<string, string>, replace: boolean) =>
    setParams((old) => changed(old, changes), { replace })
  return {
    get: (name) => params.get(name) ?? '',
    page: Math.max(1, Math.trunc(Number(params.get('page') ?? '1')) || 1),
    set: (changes) => change(changes, false),
    replace: (changes) => change(changes, true),
  }
}

function changed(old: URLSearchParams, changes: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(old)
  if (!('page' in changes)) next.delete('page')
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name)
    else next.set(name, value)
  }
  return next
}
