/** The shape of an alert on disk. */

import {
  ALERT_KINDS,
  CERTAINTIES,
  fromWorded,
  ROLES,
  SEVERITIES,
  VERIFICATION_METHODS,
} from '@netwatcher/shared'
import { z } from 'zod'
import type { StoredAlert } from '../model/alert.js'
import { STATE_LAYOUT } from '../model/state-layout.js'
import { jsonState } from '../os/state-file.js'

const FORMAT_VERSION = STATE_LAYOUT.alerts
const ALERT_ID = /^[0-9a-f]{32}$/

const text = z.object({ rule: z.string(), params: z.record(z.string(), z.string()) })
const reason = text.extend({ frames: z.array(z.number()) })
const binding = z.object({ ip: z.string(), mac: z.string() })

const common = z.object({
  id: z.string().regex(ALERT_ID),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  state: z.enum(['active', 'ended']),
  ip: z.string(),
  verifications: z.array(
    z.object({
      method: z.enum(VERIFICATION_METHODS),
      target: binding,
      result: z.enum(['answered', 'silent', 'forwarded']),
      atMs: z.number(),
    }),
  ),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  count: z.number(),
  interface: z.string(),
  evidenceBytes: z.number(),
})

const alert = common.extend({
  vlan: z.number(),
  parties: z.array(binding.extend({ role: z.enum(ROLES), certainty: z.enum(CERTAINTIES) })),
  expected: text,
  seen: text,
  reasonsFor: z.array(reason),
  reasonsAgainst: z.array(reason),
  advice: text,
})

const wordedReason = z.object({ rule: z.string(), text: z.string(), frames: z.array(z.number()) })
const worded = common.extend({
  macs: z.array(z.string()),
  victim: binding.nullable(),
  expected: z.string(),
  seen: z.string(),
  reasonsFor: z.array(wordedReason),
  reasonsAgainst: z.array(wordedReason),
  advice: z.string(),
})

interface Found {
  alert: StoredAlert
  /** As the file itself said up to version 0.1; now there is a list of them. */
  isAcknowledged: boolean
}

const checkFile = jsonState(
  z.object({
    version: z.literal(FORMAT_VERSION),
    isAcknowledged: z.boolean().default(false),
    alert: z.union([alert, worded.transform(fromWorded)]),
  }),
)

/** For `readState`; the file carries the alert's id in its name, too. */
export function checkAlert(id: string): (content: Uint8Array) => Found {
  return (content) => {
    const found = checkFile(content)
    if (found.alert.id === id) return found
    throw new Error('it holds another alert than its name says')
  }
}

export function formatAlert(stored: StoredAlert): string {
  return JSON.stringify({ version: FORMAT_VERSION, alert: stored })
}

/** Ids of the alerts that are stored elsewhere. */
export const checkAcknowledged = jsonState(z.array(z.string().regex(ALERT_ID)))
