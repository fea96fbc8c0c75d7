/** What a process has used, from /proc (proc(5)), and small helpers for tables. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']))

/** User and system time of all its threads, in microseconds. */
export function cpuMicroseconds(pid) {
  // The name, in brackets, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, '').split(' ')
  return ((Number(fields[12]) + Number(fields[13])) * 1e6) / TICKS_PER_SECOND
}

/** Resident memory in MiB. */
export function residentMib(pid) {
  return statusMib(pid, 'VmRSS')
}

/** The part of it that is no file and no packet ring: what the process has asked for. */
export function anonymousMib(pid) {
  return statusMib(pid, 'RssAnon')
}

function statusMib(pid, field) {
  return (
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) /
    1024
  )
}

/** Waits until the process has nothing more to do, at most `limitMs`. */
export async function settle(pid, limitMs = 3000) {
  const end = performance.now() + limitMs
  for (let before = -1, now = cpuMicroseconds(pid); now - before > 10_000 && performance.now() < end; ) {
    await sleep(200)
    before = now
    now = cpuMicroseconds(pid)
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Nearest rank: always one of the values. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
}

export function formatTable(header, rows) {
  const lines = [header, ...rows]
  const widths = header.map((_, i) => Math.max(...lines.map((line) => String(line[i]).length)))
  const toLine = (line) =>
    line
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])))
      .join('  ')
  return [toLine(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(toLine)].join('\n')
}
