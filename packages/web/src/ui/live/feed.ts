/**
 * Carries what the live stream tells into the query cache: a record that is
 * named replaces the older one wherever it is shown, at once; lists are read
 * again soon, and in a flood only now and then.
 */

import { QueryClient } from '@tanstack/react-query'
import type { LiveEvent } from '../../contract/events.js'

/** At the root of all routes. */
const EVERYTHING = '/api'

/** Routes whose answers an event makes old. */
export function pathsOf(event: LiveEvent): string[] {
  switch (event.type) {
    case 'device':
      return ['/api/devices']
    case 'alert':
      return ['/api/alerts']
    case 'incident':
      return ['/api/incidents']
    case 'firewall':
      return ['/api/firewall']
    case 'daemon':
    case 'reset':
      return [EVERYTHING]
    case 'scan':
    case 'sensor':
    case 'traffic':
      return []
  }
}

/** Queries of `useResource`, whose keys begin with their path. */
export function isBelow(paths: readonly string[]): (query: { queryKey: readonly unknown[] }) => boolean {
  return ({ queryKey: [path] }) =>
    typeof path === 'string' && paths.some((one) => path === one || path.startsWith(`${one}/`))
}

/** An answer with the newer record in the place of the older one; the same object where it has none. */
export function withRecord<T>(answer: T, list: string, record: { id: unknown }): T {
  if (typeof answer !== 'object' || answer === null) return answer
  if ('id' in answer && answer.id === record.id) return { ...answer, ...record }
  const rows: unknown = (answer as Record<string, unknown>)[list]
  if (!Array.isArray(rows) || !rows.some((row) => row?.id === record.id)) return answer
  return { ...answer, [list]: rows.map((row) => (row?.id === record.id ? record : row)) }
}

export interface FeedOptions {
  queries: QueryClient
  /** Runs a function after so long; `setTimeout` in the page. */
  schedule: (run: () => void, delayMs: number) => void
}

/** Least time between two readings of what goes on changing. */
export const REFETCH_MS = 2000

export function createFeed({ queries, schedule }: FeedOptions): (events: readonly LiveEvent[]) => void {
  const waiting = new Set<string>()
  let isResting = false

  function readAgain(): void {
    if (waiting.size === 0 || isResting) return
    isResting = true
    const paths = [...waiting]
    waiting.clear()
    // An answer on its way is waited for, else a slow one would never come; it is asked for again in the next round.
    const isOnItsWay = { predicate: isBelow(paths), fetchStatus: 'fetching' } as const
    for (const query of queries.getQueryCache().findAll(isOnItsWay)) waiting.add(String(query.queryKey[0]))
    void queries.invalidateQueries({ predicate: isBelow(paths) }, { cancelRefetch: false })
    schedule(() => {
      isResting = false
      readAgain()
    }, REFETCH_MS)
  }

  return (events) => {
    put(queries, 'devices', (event) => (event.type === 'device' ? event.device : null), events)
    put(queries, 'alerts', (event) => (event.type === 'alert' ? event.alert : null), events)
    put(queries, 'incidents', (event) => (event.type === 'incident' ? event.incident : null), events)
    for (const path of events.flatMap(pathsOf)) waiting.add(path)
    readAgain()
  }
}

/** All at once, and only into answers that have one of them: whoever shows another is not drawn again. */
function put(
  queries: QueryClient,
  list: 'devices' | 'alerts' | 'incidents',
  recordOf: (event: LiveEvent) => { id: unknown } | null,
  events: readonly LiveEvent[],
): void {
  const records = events.map(recordOf).filter((record) => record !== null)
  if (records.length === 0) return
  for (const query of queries.getQueryCache().findAll({ predicate: isBelow([`/api/${list}`]) })) {
    const before: unknown = query.state.data
    const after = records.reduce<unknown>((answer, record) => withRecord(answer, list, record), before)
    if (after !== before) queries.setQueryData(query.queryKey, after)
  }
}

/** Every answer is taken for old when a page is opened again; asking is cheap, the server is near. */
export function createQueries(): QueryClient {
  const queries = { retry: false, networkMode: 'always', staleTime: 500 } as const
  return new QueryClient({ defaultOptions: { queries } })
}
