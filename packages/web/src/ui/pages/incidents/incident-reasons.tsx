/** The three strongest reasons; the others, what speaks against, and the names of the rules folded. */

import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'

type Reason = AlertRecord['reasonsFor'][number]

const STRONGEST = 3

export function IncidentReasons({ alerts }: { alerts: AlertRecord[] }) {
  const { t, plural } = useText()
  const reasons = eachOnce(alerts.flatMap(({ reasonsFor }) => reasonsFor))
  const against = eachOnce(alerts.flatMap(({ reasonsAgainst }) => reasonsAgainst))
  const rest = reasons.slice(STRONGEST)
  return (
    <Card title={t('incident.reasons')}>
      {reasons.length === 0 && <p className="muted">{t('alert.noReasons')}</p>}
      <ul className="reasons">
        {reasons.slice(0, STRONGEST).map((reason) => (
          <li key={reason.text}>{reason.text}</li>
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary>{plural('incident.moreReasons', rest.length)}</summary>
          <Reasons reasons={rest} />
        </details>
      )}
      {against.length > 0 && (
        <details>
          <summary>{`${t('incident.against')}: ${against.length}`}</summary>
          <Reasons reasons={against} />
        </details>
      )}
    </Card>
  )
}

function Reasons({ reasons }: { reasons: Reason[] }) {
  return (
    <ul className="reasons">
      {reasons.map(({ rule, text }) => (
        <li key={text}>
          {text} <code className="muted">{rule}</code>
        </li>
      ))}
    </ul>
  )
}

function eachOnce(reasons: Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [reason.text, reason])).values()]
}
