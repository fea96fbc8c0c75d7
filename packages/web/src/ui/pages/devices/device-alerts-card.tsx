/** The latest alerts that name a device. */

import { Link } from 'wouter'
import type { AlertsResponse } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 8

export function DeviceAlertsCard({ mac }: { mac: string }) {
  const { t } = useText()
  const { data, error } = useResource<AlertsResponse>('/api/alerts', {
    mac,
    sort: '-lastSeen',
    pageSize: SHOWN,
  })
  return (
    <Card
      title={t('nav.alerts')}
      actions={<Link href={`/alerts?acknowledged=all&q=${mac}`}>{t('action.showAll')}</Link>}
    >
      <ErrorNotice error={data ? null : error} />
      {!data && !error && <Skeleton />}
      {data?.total === 0 && <Empty icon="shieldCheck" title={t('device.noAlerts')} />}
      <ul className="list">
        {data?.alerts.map((alert) => (
          <li key={alert.id}>
            <Link href={`/alerts/${alert.id}`} className="list-row">
              <SeverityBadge severity={alert.severity} />
              <span className="grow">{t(`kind.${alert.kind}.title`)}</span>
              <span className="muted">
                <Age atMs={alert.lastSeenMs} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
