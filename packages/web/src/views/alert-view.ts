/** A stored alert as the API shows it: its texts as sentences in the language of whoever asks. */

import {
  claimantMacs,
  firstAffected,
  type Language,
  type Reason,
  render,
  verificationText,
} from '@netwatcher/shared'
import type { AlertRecord } from '../contract/alerts.js'
import type { StoredAlert } from '../storage/alert-repository.js'

export function alertView({ alert, acknowledgedMs }: StoredAlert, language: Language): AlertRecord {
  const { sensor, evidenceBytes, ...rest } = alert
  const worded = (reason: Reason) => ({ ...reason, text: render(reason, language) })
  return {
    ...rest,
    interface: sensor.interface,
    macs: claimantMacs(alert.parties),
    victim: firstAffected(alert.parties),
    expected: render(alert.expected, language),
    seen: render(alert.seen, language),
    reasonsFor: alert.reasonsFor.map(worded),
    reasonsAgainst: alert.reasonsAgainst.map(worded),
    verifications: alert.verifications.map((one) => ({
      ...one,
      text: render(verificationText(one), language),
    })),
    advice: render(alert.advice, language),
    texts: { expected: alert.expected, seen: alert.seen, advice: alert.advice },
    hasEvidence: evidenceBytes > 0,
    acknowledgedMs,
  }
}
