/** Points in time as ages, with the exact time on hover and for machines. */

import { useText } from '../app/services.js'
import { formatDateTime, formatRelative } from '../format/time.js'
import { useNow } from '../hooks/use-now.js'

const REFRESH_MS = 10_000

export function Age({ atMs }: { atMs: number }) {
  const { language } = useText()
  const nowMs = useNow(REFRESH_MS)
  if (atMs <= 0) return <>–</>
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatDateTime(atMs, language)}>
      {formatRelative(atMs, Math.max(nowMs, atMs), language)}
    </time>
  )
}

export function DateTime({ atMs }: { atMs: number }) {
  const { language } = useText()
  if (atMs <= 0) return <>–</>
  return <time dateTime={new Date(atMs).toISOString()}>{formatDateTime(atMs, language)}</time>
}
