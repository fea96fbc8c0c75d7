/** What `netwatcher` prints: tables for people. Names come from the network, so nothing in them reaches the terminal raw. */

import { cleanName } from '@netwatcher/shared'

const MAX_CELL = 60

/** Columns as wide as they need to be; the last one as long as it is. */
export function tableText(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(plain))]
  const widths = header.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')
  return `${cells.map((row) => line(row).trimEnd()).join('\n')}\n`
}

export function plain(value: unknown): string {
  return cleanName(String(value ?? ''), MAX_CELL) ?? '-'
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const number = bytes / 1024 ** power
  return `${power === 0 ? number : number.toFixed(1)} ${units[power]}`
}

export function timeText(ms: number): string {
  return ms > 0 ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '-'
}
