/** What goes out: worded for people, and with the same facts for programs. */

import type { AlertKind, Severity } from '@netwatcher/shared'
import type { IncidentRecord } from './incidents.js'

/** Of the fields below; it changes when one of them is given up or means something else. */
export const MESSAGE_VERSION = 1

export type MessageEvent =
  | 'incident_opened'
  | 'incident_escalated'
  | 'incident_reopened'
  | 'incident_ended'
  | 'incident_reminder'
  | 'device_new'
  | 'device_gone'
  | 'device_back'
  | 'sensor_lost'
  | 'sensor_back'
  | 'gap'
  | 'internet_lost'
  | 'internet_back'
  | 'port_opened'
  | 'quota'
  | 'note'
  | 'test'
  | 'summary'

export interface Message {
  version: typeof MESSAGE_VERSION
  /** The same at every attempt, 32 hexadecimal digits: by it a receiver knows a repetition. */
  id: string
  event: MessageEvent
  atMs: number
  severity: Severity
  /** By the channel's template. */
  title: string
  text: string
  kind: AlertKind | null
  site: string
  incident: IncidentRecord | null
  device: { mac: string; name: string | null } | null
  /** That a person gave to whom it is about. */
  tags: string[]
  /** Messages that this one stands for. */
  count: number
  /** Messages that found no place before this one. */
  dropped: number
}
