/** Whether a channel tells of something, and when: pure, by the clock that is given. */

import { MINUTE_MS, SEVERITIES, type Severity } from '@netwatcher/shared'
import type { HappeningKind, Rules } from '../contract/channels.js'
import type { Message, MessageEvent } from '../contract/message.js'

/** Minutes since midnight where the reader lives. */
export type MinuteOfDay = (atMs: number) => number

export interface Due {
  atMs: number
  /** It is told together with whatever else has waited. */
  isHeld: boolean
}

/** Also after the clock was set back. */
const AT_ONCE: Due = { atMs: 0, isHeld: false }

const KIND_OF: Record<MessageEvent, HappeningKind | null> = {
  incident_opened: 'incident',
  incident_escalated: 'incident',
  incident_reopened: 'incident',
  incident_reminder: 'incident',
  incident_ended: 'incident_ended',
  device_new: 'device_new',
  device_gone: 'device_gone',
  device_back: 'device_back',
  sensor_lost: 'sensor',
  sensor_back: 'sensor',
  gap: 'sensor',
  internet_lost: 'internet',
  internet_back: 'internet',
  port_opened: 'port_opened',
  quota: 'quota',
  note: 'note',
  test: null,
  summary: null,
}

/** Null: this channel does not tell of it. A drill goes everywhere at once, for that is what it is for. */
export function dueOf(
  message: Message,
  { rules, createdMs }: { rules: Rules; createdMs: number },
  minuteOfDay: MinuteOfDay,
): Due | null {
  const { atMs, severity } = message
  if (message.kind === 'drill') return message.event === 'incident_opened' ? AT_ONCE : null
  if (!isWanted(message, rules)) return null
  const isUrgent = severity === 'critical'
  const minute = minuteOfDay(atMs)
  if (rules.hours !== null && !isWithin(minute, rules.hours)) return null
  if (isUrgent) return AT_ONCE
  const learntMs = createdMs + rules.learningMinutes * MINUTE_MS
  if (rules.learningMinutes > 0 && atMs < learntMs) return null
  if (rules.quiet !== null && isWithin(minute, rules.quiet)) {
    return { atMs: atMs + minutesUntil(minute, rules.quiet.to) * MINUTE_MS, isHeld: true }
  }
  if (rules.digestMinutes === 0) return AT_ONCE
  const everyMs = rules.digestMinutes * MINUTE_MS
  return { atMs: Math.ceil((atMs + 1) / everyMs) * everyMs, isHeld: true }
}

function isWanted(message: Message, { events, minSeverity, kinds, macs, tags }: Rules): boolean {
  const kind = KIND_OF[message.event]
  if (kind === null || !events.includes(kind)) return false
  if (macs.length > 0 && !macsOf(message).some((mac) => macs.includes(mac))) return false
  if (tags.length > 0 && !message.tags.some((tag) => tags.includes(tag))) return false
  if (message.incident === null) return true
  if (rank(message.severity) < rank(minSeverity)) return false
  return kinds.length === 0 || kinds.includes(message.incident.kind)
}

function macsOf({ device, incident }: Message): string[] {
  if (device !== null) return [device.mac]
  return incident === null ? [] : incident.parties.map(({ mac }) => mac)
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

interface Span {
  from: string
  to: string
}

function isWithin(minute: number, { from, to }: Span): boolean {
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end
}

function minutesUntil(minute: number, time: string): number {
  return (minutesOf(time) - minute + 1440) % 1440
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
