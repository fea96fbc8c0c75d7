/** An incident that never was, for the preview of a template: documentation addresses (RFC 5737, RFC 7042). */

import { type Language, NO_TEXT, text } from '@netwatcher/shared'
import type { Message } from '../contract/message.js'
import type { StoredIncident } from '../storage/incident-repository.js'
import { incidentView } from '../views/incident-view.js'
import { messageOf, type Told } from './words.js'

const ID = '0'.repeat(32)
const party = { certainty: 'likely' } as const
const INCIDENT: Omit<StoredIncident, 'firstSeenMs' | 'lastSeenMs' | 'openedMs'> = {
  id: ID,
  site: 'default',
  kind: 'gateway_spoof',
  severity: 'critical',
  parties: [
    { ...party, role: 'suspect', mac: '00:00:5e:00:53:66', ip: '192.0.2.66' },
    { ...party, role: 'holder', mac: '00:00:5e:00:53:01', ip: '192.0.2.1' },
    { ...party, role: 'affected', mac: '00:00:5e:00:53:10', ip: '192.0.2.10' },
  ],
  addresses: ['192.0.2.1'],
  alerts: 3,
  active: 3,
  acknowledgedMs: null,
  acknowledgedBy: null,
  snoozedUntilMs: 0,
  mutedUntilMs: 0,
}

export function sampleMessage(
  rules: { language: Language; template: { title: string; text: string } },
  nowMs: number,
): Message {
  const incident = { ...INCIDENT, firstSeenMs: nowMs, lastSeenMs: nowMs, openedMs: nowMs }
  const told: Told = {
    event: 'incident_opened',
    atMs: nowMs,
    severity: incident.severity,
    site: incident.site,
    said: NO_TEXT,
    advice: text('advice_disconnect_claimant'),
    incident: (language: Language) => incidentView(incident, () => null, language),
    device: { mac: '00:00:5e:00:53:66', name: 'laptop' },
    tags: [],
  }
  return messageOf(told, rules, ID)
}
