/**
 * Rows of all levels in a span of time, as SQL. The levels are clustered by
 * start, so a few keys out of many are found by jumping from start to start and
 * looking each key up there, instead of reading every row of the span. A level's
 * row counts when its start lies in the span.
 */

import { LEVELS, type RowSet } from './totals.js'

export interface Span {
  fromMs: number
  toMs: number
}

/** SQL that selects the keys wanted. */
export interface KeysWanted {
  sql: string
  areFew: boolean
}

export function rowsInSpan({ family, key, scope }: RowSet, keys: KeysWanted | null, span: Span): string {
  const scoped = scope === null ? '' : `l.scope = ${Math.trunc(scope)} AND `
  const [from, to] = [Math.trunc(span.fromMs), Math.trunc(span.toMs)]
  return LEVELS.map((level) => {
    const table = `${family}_${level.name}`
    const columns = `l.start_ms, l.${key} AS key, l.tx_bytes, l.rx_bytes, l.tx_packets, l.rx_packets`
    const wanted = keys ? ` AND l.${key} IN ${keys.sql}` : ''
    if (!keys?.areFew) {
      return `SELECT ${columns} FROM ${table} l
        WHERE ${scoped}l.start_ms >= ${from} AND l.start_ms < ${to}${wanted}`
    }
    const next = (after: string) =>
      `(SELECT min(l.start_ms) FROM ${table} l WHERE ${scoped}l.start_ms ${after} AND l.start_ms < ${to})`
    return `SELECT ${columns} FROM (
        WITH RECURSIVE starts(at) AS (SELECT ${next(`>= ${from}`)} UNION ALL
          SELECT ${next('> at')} FROM starts WHERE at IS NOT NULL)
        SELECT at FROM starts WHERE at IS NOT NULL
      ) CROSS JOIN ${table} l WHERE ${scoped}l.start_ms = at${wanted}`
  }).join(' UNION ALL ')
}
