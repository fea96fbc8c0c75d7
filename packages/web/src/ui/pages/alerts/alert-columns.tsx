/** The columns of the alert list. */

import { useMemo } from 'react'
import { Link } from 'wouter'
import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import type { Column } from '../../components/data-table.js'
import { Age } from '../../components/time.js'
import { formatCount } from '../../format/bytes.js'
import type { Translator } from '../../i18n/language.js'
import { AlertState } from './alert-state.js'

export function useAlertColumns(): Column<AlertRecord>[] {
  const translator = useText()
  return useMemo(() => makeColumns(translator), [translator])
}

function makeColumns({ t, language }: Translator): Column<AlertRecord>[] {
  return [
    {
      id: 'kind',
      header: t('alerts.what'),
      cell: (alert) => (
        <>
          <Link href={`/alerts/${alert.id}`} className="strong">
            {t(`kind.${alert.kind}.title`)}
          </Link>
          <span className="sub">{alert.seen}</span>
          <span className="badges only-narrow">
            <SeverityBadge severity={alert.severity} />
            <span className="muted">
              <Age atMs={alert.lastSeenMs} />
            </span>
          </span>
        </>
      ),
    },
    {
      id: 'severity',
      header: t('alerts.severity'),
      sort: 'severity',
      firstOrder: 'down',
      priority: 2,
      cell: (alert) => <SeverityBadge severity={alert.severity} />,
    },
    {
      id: 'state',
      header: t('alerts.state'),
      priority: 2,
      cell: (alert) => <AlertState alert={alert} />,
    },
    {
      id: 'address',
      header: t('device.address'),
      priority: 3,
      cell: (alert) => (
        <span className="mono addresses">
          {alert.ip && <span>{alert.ip}</span>}
          <span className="muted">{alert.macs[0] ?? ''}</span>
        </span>
      ),
    },
    {
      id: 'count',
      header: t('alerts.count'),
      sort: 'count',
      firstOrder: 'down',
      align: 'end',
      priority: 3,
      cell: (alert) => formatCount(alert.count, language),
    },
    {
      id: 'last',
      header: t('device.lastSeen'),
      sort: 'lastSeen',
      firstOrder: 'down',
      align: 'end',
      priority: 2,
      cell: (alert) => <Age atMs={alert.lastSeenMs} />,
    },
  ]
}
