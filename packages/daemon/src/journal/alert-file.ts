/** The shape of an alert on disk. */

import { ALERT_KINDS, SEVERITIES } from '@netwatcher/shared'
import { z } from 'zod'
import { jsonState } from '../os/state-file.js'
import type { StoredAlert } from './event.js'

const FORMAT_VERSION = 1
const ALERT_ID = /^[0-9a-f]{32}$/

const reason = z.object({ rule: z.string(), text: z.string(), frames: z.array(z.number()) })
const binding = z.object({ ip: z.string(), mac: z.string() })
const verification = z.object({
  method: z.enum(['unicast_who_has', 'forwarding_probe']),
  target: binding,
  result: z.enum(['answered', 'silent', 'forwarded']),
  text: z.string(),
  atMs: z.number(),
})

const alert: z.ZodType<StoredAlert> = z.object({
  id: z.string().regex(ALERT_ID),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  state: z.enum(['active', 'ended']),
  ip: z.string(),
  macs: z.array(z.string()),
  victim: binding.nullable(),
  expected: z.string(),
  seen: z.string(),
  reasonsFor: z.array(reason),
  reasonsAgainst: z.array(reason),
  verifications: z.array(verification),
  advice: z.string(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  count: z.number(),
  interface: z.string(),
  evidenceBytes: z.number(),
})

const readFile = jsonState(z.object({ version: z.literal(FORMAT_VERSION), alert }))

/** For `readState`; the file carries the alert's id in its name, too. */
export function checkAlert(id: string): (content: Uint8Array) => StoredAlert {
  return (content) => {
    const stored = readFile(content).alert
    if (stored.id === id) return stored
    throw new Error('it holds another alert than its name says')
  }
}

export function formatAlert(stored: StoredAlert): string {
  return JSON.stringify({ version: FORMAT_VERSION, alert: stored })
}

/** Ids of the alerts that are stored elsewhere. */
export const checkAcknowledged = jsonState(z.array(z.string().regex(ALERT_ID)))
