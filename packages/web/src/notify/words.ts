/** From what happened to the message of one channel: in its language, by its template. */

import { type Language, NO_TEXT, render, type Severity, type Text, text } from '@netwatcher/shared'
import type { Rules } from '../contract/channels.js'
import type { IncidentRecord } from '../contract/incidents.js'
import { MESSAGE_VERSION, type Message, type MessageEvent } from '../contract/message.js'
import { fillTemplate, type Values } from './template.js'

/** Something that happened, with all that may be said of it. */
export interface Told {
  event: MessageEvent
  atMs: number
  severity: Severity
  site: string
  /** What is said, unless an incident says it. */
  said: Text
  advice: Text
  /** In the language that is asked for. */
  incident: ((language: Language) => IncidentRecord) | null
  device: Message['device']
  tags: string[]
}

type Worded = Pick<Rules, 'language' | 'template'>

export function messageOf(told: Told, { language, template }: Worded, id: string): Message {
  const incident = told.incident?.(language) ?? null
  const { event, atMs, severity, site, device, tags } = told
  const words = fillTemplate(template, valuesOf(told, incident, language))
  const kind = incident?.kind ?? null
  return {
    version: MESSAGE_VERSION,
    id,
    event,
    atMs,
    severity,
    ...words,
    kind,
    site,
    incident,
    device,
    tags,
    count: 1,
    dropped: 0,
  }
}

function valuesOf(told: Told, incident: IncidentRecord | null, language: Language): Values {
  const figures = incident?.text.params ?? {}
  const { device } = told
  return {
    title: render(text(titleRule(told.severity, incident)), language),
    sentence: render(saidOf(told, incident), language),
    advice: render(told.advice, language),
    severity: told.severity,
    kind: incident?.kind ?? '',
    event: told.event,
    site: told.site,
    time: timeText(told.atMs, language),
    suspect: figures.suspect ?? '',
    holder: figures.holder ?? '',
    affected: figures.affected ?? '',
    address: figures.address ?? '',
    device: device === null ? '' : nameOf(device),
    mac: device?.mac ?? '',
    count: String(incident?.alerts ?? 1),
  }
}

function titleRule(severity: Severity, incident: IncidentRecord | null): string {
  return incident?.kind === 'drill' ? 'notify_title_drill' : `notify_title_${severity}`
}

function saidOf({ event, said }: Told, incident: IncidentRecord | null): Text {
  if (incident === null) return said
  const { sentence } = incident
  if (event === 'incident_ended') return text('notify_incident_ended', { sentence })
  return event === 'incident_reminder' ? text('notify_incident_reminder', { sentence }) : incident.text
}

export function nameOf({ mac, name }: { mac: string; name: string | null }): string {
  return name === null ? mac : `${name} (${mac})`
}

function timeText(atMs: number, language: Language): string {
  return new Date(atMs).toLocaleString(language === 'id' ? 'id-ID' : 'en-GB')
}

/** Lines of one message that stands for many. */
const MOST_LINES = 20

/** Several as one, with the id that it keeps. */
export function summaryOf(messages: readonly Message[], language: Language, id: string): Message {
  const total = messages.reduce((sum, { count }) => sum + count, 0)
  const lines = messages.slice(0, MOST_LINES).map((one) => `• ${firstLine(one)}`)
  const more = messages.slice(MOST_LINES).reduce((sum, { count }) => sum + count, 0)
  const severity = messages.reduce<Severity>((most, one) => worse(most, one.severity), 'info')
  return {
    version: MESSAGE_VERSION,
    id,
    event: 'summary',
    atMs: messages.at(-1)?.atMs ?? 0,
    severity,
    title: render(text(`notify_title_${severity}`), language),
    text: [
      render(text('notify_more', { count: total }), language),
      ...lines,
      ...(more > 0 ? [render(text('notify_and_more', { count: more }), language)] : []),
    ].join('\n'),
    kind: null,
    site: messages[0]?.site ?? '',
    incident: null,
    device: null,
    tags: [],
    count: total,
    dropped: 0,
  }
}

function firstLine({ text }: Message): string {
  return text.split('\n')[0] ?? ''
}

function worse(a: Severity, b: Severity): Severity {
  if (a === 'critical' || b === 'critical') return 'critical'
  return a === 'warning' || b === 'warning' ? 'warning' : 'info'
}

export function testMessage(name: string, { language }: Worded, atMs: number, id: string): Message {
  const told: Told = {
    event: 'test',
    atMs,
    severity: 'info',
    site: '',
    said: text('notify_test', { channel: name }),
    advice: NO_TEXT,
    incident: null,
    device: null,
    tags: [],
  }
  // A template that needs an incident would leave it empty.
  const template = { title: '{title}', text: '{sentence}' }
  return messageOf(told, { language, template }, id)
}

/** The line that says what is missing before it. */
export function withDropped(message: Message, dropped: number, language: Language): Message {
  if (dropped === 0) return message
  const line = render(text('notify_dropped', { count: dropped }), language)
  return { ...message, dropped, text: `${message.text}\n${line}` }
}
