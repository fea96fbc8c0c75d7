/** Presence as a calendar (iCalendar, RFC 5545): an event for each time that the device was there. */

import type { Session } from './sessions.js'

const LINE_OCTETS = 75

export interface CalendarOf {
  deviceId: number
  title: string
  sessions: readonly Session[]
  nowMs: number
}

export function calendar({ deviceId, title, sessions, nowMs }: CalendarOf): string {
  const stamp = timeText(nowMs)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//NetWatcher//Presence//EN',
    ...sessions.flatMap(({ fromMs, toMs }) => [
      'BEGIN:VEVENT',
      `UID:${deviceId}-${fromMs}@netwatcher.invalid`,
      `DTSTAMP:${stamp}`,
      `DTSTART:${timeText(fromMs)}`,
      `DTEND:${timeText(toMs)}`,
      `SUMMARY:${escaped(title)}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** Form 2 of RFC 5545 section 3.3.5: UTC. */
function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** Section 3.3.11. */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (c) => `\\${c}`).replace(/\r?\n/g, '\\n')
}

/** Section 3.1: lines of at most 75 octets, the rest after a space. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let out = ''
  let octets = 0
  for (const character of line) {
    const length = encoder.encode(character).length
    if (octets + length > LINE_OCTETS) {
      out += '\r\n '
      octets = 1
    }
    out += character
    octets += length
  }
  return out
}
