/** A stored incident as the API shows it, and its timeline, in the language of whoever asks. */

import { type Language, render, verificationText } from '@netwatcher/shared'
import type { IncidentDetail, IncidentRecord, IncidentState } from '../contract/incidents.js'
import { incidentText, type NameOf } from '../incidents/sentence.js'
import type { StoredAlert } from '../storage/alert-repository.js'
import type { IncidentEntry, StoredIncident } from '../storage/incident-repository.js'
import type { Delivered } from '../storage/outbox-repository.js'

export function stateOf({ active, acknowledgedMs }: StoredIncident): IncidentState {
  if (active === 0) return 'ended'
  return acknowledgedMs === null ? 'open' : 'acknowledged'
}

export function incidentView(stored: StoredIncident, nameOf: NameOf, language: Language): IncidentRecord {
  const { active: _active, openedMs: _openedMs, ...rest } = stored
  const said = incidentText(stored, nameOf)
  return { ...rest, state: stateOf(stored), sentence: render(said, language), text: said }
}

/** What its alerts saw, what checks found, and what was done about it. */
export function timelineView(
  { alerts, entries, sent }: { alerts: StoredAlert[]; entries: IncidentEntry[]; sent: Delivered[] },
  language: Language,
): IncidentDetail['timeline'] {
  const seen = alerts.flatMap(({ alert }) => [
    { atMs: alert.firstSeenMs, kind: 'alert', text: render(alert.seen, language), ref: alert.id },
    ...alert.verifications.map((one) => ({
      atMs: one.atMs,
      kind: 'check',
      text: render(verificationText(one), language),
      ref: alert.id,
    })),
  ])
  const done = entries.map((entry) => ({ ...entry, text: '' }))
  const told = sent.map(({ channel, endedMs, error }) => ({
    atMs: endedMs,
    kind: 'notified',
    text: error,
    ref: channel,
  }))
  return [...seen, ...done, ...told].sort((a, b) => a.atMs - b.atMs)
}
