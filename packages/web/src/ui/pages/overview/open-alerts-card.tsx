/** The few alerts to look at first: the worst, then the newest. */

import type { Severity } from '@netwatcher/shared'
import { Link } from 'wouter'
import { useLatestAlerts } from '../../app/open-alerts.js'
import { useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { Empty, Loading } from '../../components/notice.js'
import { Age } from '../../components/time.js'

const SHOWN = 5
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

export function OpenAlertsCard() {
  const { t } = useText()
  const latest = useLatestAlerts()
  const alerts = (latest ?? [])
    .filter(({ severity }) => severity !== 'info')
    .toSorted((a, b) => RANK[b.severity] - RANK[a.severity] || b.lastSeenMs - a.lastSeenMs)
    .slice(0, SHOWN)
  return (
    <Card title={t('overview.alerts')} actions={<Link href="/alerts">{t('action.showAll')}</Link>}>
      {latest === null && <Loading />}
      {latest !== null && alerts.length === 0 && <Empty icon="shieldCheck" title={t('overview.noAlerts')} />}
      {alerts.length > 0 && (
        <ul className="list">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <Link href={`/alerts/${alert.id}`} className="list-row">
                <SeverityBadge severity={alert.severity} />
                <span className="grow">
                  {t(`kind.${alert.kind}.title`)}
                  <span className="sub mono">{alert.ip || alert.macs[0]}</span>
                </span>
                <span className="muted">
                  <Age atMs={alert.lastSeenMs} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
