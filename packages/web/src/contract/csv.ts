/**
 * Cells of a CSV file (RFC 4180). Names come from the network, and a spreadsheet
 * runs what begins like a formula, so such cells get an apostrophe in front.
 */

export type Cell = string | number | boolean | null

export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
