/** Lists as a CSV file to download (RFC 4180). */

import type { Context } from 'hono'
import { type Cell, cellText } from '../contract/csv.js'

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
