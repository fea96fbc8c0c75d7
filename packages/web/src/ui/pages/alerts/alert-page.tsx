/** One alert, explained: what it means, what was expected and seen, both sides of the evidence, what to do. */

import { Link } from 'wouter'
import type { AlertRecord } from '../../../contract/alerts.js'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import { basePath } from '../../app/base-path.js'
import { useLive, useServices, useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import { Card, PageHeader } from '../../components/card.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice, Notice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'
import { useTitle } from '../../hooks/use-title.js'
import { AlertState } from './alert-state.js'
import { PartiesCard } from './parties-card.js'
import { ReasonsCard } from './reasons-card.js'
import { VerificationsCard } from './verifications-card.js'

export function AlertPage({ id }: { id: string }) {
  const { t } = useText()
  const resource = useResource<AlertRecord>(`/api/alerts/${id}`)
  const live = useLive((state) => state.alerts)
  const alert = resource.data ?? live.get(id) ?? null
  return (
    <>
      <p className="back">
        <Link href="/alerts">
          <Icon name="arrowLeft" size={16} /> {t('nav.alerts')}
        </Link>
      </p>
      {resource.error?.status === 404 && !alert ? (
        <PageHeader title={t('alert.notFound')} />
      ) : (
        <ErrorNotice error={alert ? null : resource.error} onRetry={resource.reload} />
      )}
      {!alert && !resource.error && <Skeleton rows={6} />}
      {alert && <AlertDetails alert={alert} />}
    </>
  )
}

function AlertDetails({ alert }: { alert: AlertRecord }) {
  const { t } = useText()
  useTitle(t(`kind.${alert.kind}.title`))
  const incidents = useResource<IncidentsResponse>('/api/incidents', { alert: alert.id, pageSize: 1 })
  const incident = incidents.data?.incidents[0]
  return (
    <article>
      <header className="page-head">
        <div>
          <h1>{t(`kind.${alert.kind}.title`)}</h1>
          <p className="row">
            <SeverityBadge severity={alert.severity} />
            <AlertState alert={alert} />
            {alert.ip && <span className="mono">{alert.ip}</span>}
            <span className="muted">
              <Age atMs={alert.lastSeenMs} />
            </span>
          </p>
        </div>
        <AlertActions alert={alert} />
      </header>
      <p className="lead">{t(`kind.${alert.kind}.explain`)}</p>
      {incident && (
        <p>
          <Link href={`/incidents/${incident.id}`}>{t('incident.ofAlert')}</Link>
        </p>
      )}
      <div className="grid">
        <Card title={t('alert.story')} className="span-2">
          <dl className="compare">
            <div>
              <dt>{t('alert.expected')}</dt>
              <dd>{alert.expected || '–'}</dd>
            </div>
            <div>
              <dt>{t('alert.seen')}</dt>
              <dd>{alert.seen || '–'}</dd>
            </div>
          </dl>
          {alert.advice && (
            <Notice tone={alert.severity === 'info' ? 'neutral' : alert.severity}>
              <strong>{t('alert.advice')}</strong> {alert.advice}
            </Notice>
          )}
        </Card>
        <ReasonsCard alert={alert} />
        {alert.verifications.length > 0 && <VerificationsCard alert={alert} />}
        <PartiesCard alert={alert} />
      </div>
    </article>
  )
}

function AlertActions({ alert }: { alert: AlertRecord }) {
  const { t } = useText()
  const { api, live } = useServices()
  const acknowledge = useAction(async () => {
    await api.post(`/api/alerts/${alert.id}/acknowledge`)
    live.push({ type: 'alert', alert: { ...alert, acknowledgedMs: Date.now() } })
  })
  return (
    <div className="row">
      {alert.hasEvidence && (
        <a
          className="button"
          href={`${basePath}/api/alerts/${alert.id}/evidence`}
          download={`alert-${alert.id}.pcapng`}
        >
          <Icon name="download" size={18} />
          {t('alert.evidence')}
        </a>
      )}
      {alert.acknowledgedMs === null ? (
        <button
          type="button"
          className="button primary"
          disabled={acknowledge.isBusy}
          onClick={() => void acknowledge.run()}
        >
          <Icon name="check" size={18} />
          {t('alert.acknowledge')}
        </button>
      ) : (
        <span className="muted" role="status">
          {t('alert.acknowledged')} <Age atMs={alert.acknowledgedMs} />
        </span>
      )}
      <ErrorNotice error={acknowledge.error} />
    </div>
  )
}
