/**
 * Which alerts are said aloud in this tab, as a pure function: those that began
 * after the page was opened and those that became worse while it was open, one
 * after the other. What had happened before is in the lists.
 */

import type { Severity } from '@netwatcher/shared'
import type { AlertRecord } from '../../contract/alerts.js'

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }
/** More would be old news before their turn comes. */
const MAX_WAITING = 20

export interface Announcements {
  /** The first is being shown. */
  waiting: readonly AlertRecord[]
  /** Severities that were taken notice of, by alert. */
  known: ReadonlyMap<string, Severity>
}

export const NO_ANNOUNCEMENTS: Announcements = { waiting: [], known: new Map() }

/** `openedMs` by the clock of the server. */
export function takeAlerts(
  { waiting, known }: Announcements,
  alerts: Iterable<AlertRecord>,
  openedMs: number,
): Announcements {
  const latest = new Map([...alerts].map((alert) => [alert.id, alert]))
  const isNews = (alert: AlertRecord) => {
    const before = known.get(alert.id)
    return before === undefined ? alert.firstSeenMs >= openedMs : RANK[alert.severity] > RANK[before]
  }
  const news = [...latest.values()].filter((alert) => isWorthSaying(alert) && isNews(alert))
  const isReplaced = new Set(news.map(({ id }) => id))
  const kept = waiting
    .filter(({ id }) => !isReplaced.has(id))
    .map((alert) => latest.get(alert.id) ?? alert)
    .filter(isWorthSaying)
  return {
    waiting: [...kept.slice(0, 1), ...[...kept.slice(1), ...news].sort(worstFirst)].slice(0, MAX_WAITING),
    known: new Map([...latest.values()].map(({ id, severity }) => [id, severity])),
  }
}

export function dismissFirst({ waiting, known }: Announcements): Announcements {
  return { waiting: waiting.slice(1), known }
}

function isWorthSaying({ severity, state, acknowledgedMs }: AlertRecord): boolean {
  return severity !== 'info' && state === 'active' && acknowledgedMs === null
}

/** The order of arrival among equals. */
function worstFirst(a: AlertRecord, b: AlertRecord): number {
  return RANK[b.severity] - RANK[a.severity]
}
