/**
 * Alerts as they were kept up to version 0.1, in English sentences and with a
 * bare list of MACs. They keep their words; nobody knows more of their parties.
 */

import type { Alert, Party, Reason } from './alert.js'
import { worded } from './text.js'

type WordedReason = Omit<Reason, 'params'> & { text: string }

export interface WordedAlert
  extends Omit<Alert, 'parties' | 'vlan' | 'expected' | 'seen' | 'advice' | 'reasonsFor' | 'reasonsAgainst'> {
  macs: string[]
  victim: { ip: string; mac: string } | null
  expected: string
  seen: string
  advice: string
  reasonsFor: WordedReason[]
  reasonsAgainst: WordedReason[]
}

export function isWorded(alert: Alert | WordedAlert): alert is WordedAlert {
  return 'macs' in alert
}

export function fromWorded<Body extends WordedAlert>(body: Body) {
  const { macs, victim, ...rest } = body
  const [suspect, ...others] = macs
  const party = (role: Party['role'], mac: string, ip = ''): Party => ({
    role,
    mac,
    ip,
    certainty: 'possible',
  })
  return {
    ...rest,
    vlan: 0,
    parties: [
      ...(suspect === undefined ? [] : [party('suspect', suspect)]),
      ...others.map((mac) => party('holder', mac)),
      ...(victim ? [party('affected', victim.mac, victim.ip)] : []),
    ],
    expected: worded(body.expected),
    seen: worded(body.seen),
    advice: worded(body.advice),
    reasonsFor: body.reasonsFor.map(wordedReason),
    reasonsAgainst: body.reasonsAgainst.map(wordedReason),
    verifications: body.verifications.map(({ method, target, result, atMs }) => ({
      method,
      target,
      result,
      atMs,
    })),
  }
}

function wordedReason({ rule, text, frames }: WordedReason): Reason {
  return { rule, params: { text }, frames }
}
