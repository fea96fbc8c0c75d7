/**
 * Lists as CSV (RFC 4180). Names come from the network, and a spreadsheet runs
 * what begins like a formula, so such cells get an apostrophe in front.
 */

import type { Context } from 'hono'

type Cell = string | number | boolean | null

export function csvResponse(
  c: Context,
  name: string,
  rows: readonly Record<string, Cell>[],
  header: string[],
) {
  const lines = [header, ...rows.map((row) => header.map((key) => cellText(row[key] ?? null)))]
  return c.body(lines.map((line) => `${line.join(',')}\r\n`).join(''), 200, {
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="netwatcher-${name}.csv"`,
  })
}

export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
