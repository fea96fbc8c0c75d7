/** What NetWatcher's own checks on the network found; some of them are among the reasons as well. */

import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Badge, type Tone } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { Age } from '../../components/time.js'

type Result = AlertRecord['verifications'][number]['result']

const TONES: Record<Result, Tone> = { answered: 'info', silent: 'neutral', forwarded: 'critical' }

export function VerificationsCard({ alert }: { alert: Pick<AlertRecord, 'verifications'> }) {
  const { t } = useText()
  return (
    <Card title={t('alert.verifications')}>
      <ul className="list checks">
        {alert.verifications.map((check) => (
          <li key={`${check.method} ${check.target.mac} ${check.target.ip} ${check.atMs}`}>
            <span className="grow">
              <strong>{t(`check.${check.method}`)}</strong>{' '}
              <Badge tone={TONES[check.result]}>{t(`check.${check.result}`)}</Badge>
              <span className="sub">{check.text}</span>
              <span className="sub mono">
                {check.target.ip} {check.target.mac}
              </span>
            </span>
            <span className="muted">
              <Age atMs={check.atMs} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
