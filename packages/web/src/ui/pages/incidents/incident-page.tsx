/** One incident: the sentence, who stands where, what to do, why it is thought so, and the proof. */

import { Link } from 'wouter'
import type { AlertRecord, AlertsResponse } from '../../../contract/alerts.js'
import type { IncidentDetail, IncidentRecord } from '../../../contract/incidents.js'
import { useServices, useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import { PageHeader } from '../../components/card.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age, DateTime } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'
import { VerificationsCard } from '../alerts/verifications-card.js'
import { Diagram } from './diagram.js'
import { FramesCard } from './frames-card.js'
import { IncidentState } from './incident-list.js'
import { IncidentReasons } from './incident-reasons.js'
import { MuteControl } from './mute-control.js'
import { StepsCard } from './steps-card.js'
import { TimelineCard } from './timeline-card.js'

const MOST_ALERTS = 50

export function IncidentPage({ id }: { id: string }) {
  const { t } = useText()
  const resource = useResource<IncidentDetail>(`/api/incidents/${id}`)
  const alerts = useResource<AlertsResponse>('/api/alerts', {
    incident: id,
    sort: '-severity',
    pageSize: MOST_ALERTS,
  })
  const incident = resource.data
  const error = resource.error ?? alerts.error
  return (
    <>
      <p className="back">
        <Link href="/incidents">
          <Icon name="arrowLeft" size={16} /> {t('nav.incidents')}
        </Link>
      </p>
      {resource.error?.status === 404 && !incident ? (
        <PageHeader title={t('incident.notFound')} />
      ) : (
        <ErrorNotice error={incident && alerts.data ? null : error} onRetry={resource.reload} />
      )}
      {(!incident || !alerts.data) && !error && <Skeleton rows={6} />}
      {incident && alerts.data && (
        <Details incident={incident} alerts={alerts.data.alerts} onChanged={resource.reload} />
      )}
    </>
  )
}

interface DetailsProps {
  incident: IncidentDetail
  alerts: AlertRecord[]
  onChanged: () => void
}

function Details({ incident, alerts, onChanged }: DetailsProps) {
  const { t, plural } = useText()
  const checked = checksOf(alerts)
  return (
    <article>
      <PageHeader title={t(`kind.${incident.kind}.title`)} />
      <p className="row">
        <SeverityBadge severity={incident.severity} />
        <IncidentState incident={incident} />
        <span className="muted">
          {t('incident.since')} <DateTime atMs={incident.firstSeenMs} />, {t('incident.last')}{' '}
          <Age atMs={incident.lastSeenMs} />, {plural('incidents.alerts', incident.alerts)}
        </span>
      </p>
      <p className="sentence">{incident.sentence}</p>
      <p className="lead">{t(`kind.${incident.kind}.explain`)}</p>
      <Diagram incident={incident} />
      <div className="grid">
        <StepsCard incident={incident} alerts={alerts}>
          <ReadStep incident={incident} onChanged={onChanged} />
        </StepsCard>
        <IncidentReasons alerts={alerts} />
        {checked && <VerificationsCard alert={checked} />}
        <FramesCard alerts={alerts.filter(({ hasEvidence }) => hasEvidence)} />
        <TimelineCard timeline={incident.timeline} />
      </div>
    </article>
  )
}

/** The checks of all of its alerts, as those of one; null when none was made. */
function checksOf(alerts: AlertRecord[]): Pick<AlertRecord, 'verifications'> | null {
  const verifications = alerts.flatMap((alert) => alert.verifications)
  const each = new Map(
    verifications.map((one) => [`${one.method} ${one.target.mac} ${one.target.ip} ${one.atMs}`, one]),
  )
  return each.size === 0 ? null : { verifications: [...each.values()] }
}

function ReadStep({ incident, onChanged }: { incident: IncidentRecord; onChanged: () => void }) {
  const { t } = useText()
  const { api, live } = useServices()
  const act = useAction(async (verb: 'acknowledge' | 'mute', body: unknown) => {
    const changed = await api.post<IncidentRecord>(`/api/incidents/${incident.id}/${verb}`, body)
    live.push({ type: 'incident', incident: changed })
    onChanged()
  })
  return (
    <li>
      {t('incident.step.read')}
      <div className="row">
        {incident.acknowledgedMs === null ? (
          <button
            type="button"
            className="button primary"
            disabled={act.isBusy}
            onClick={() => void act.run('acknowledge', {})}
          >
            <Icon name="check" size={18} />
            {t('incident.acknowledge')}
          </button>
        ) : (
          <span role="status">
            {incident.acknowledgedBy
              ? t('incident.readBy', { name: incident.acknowledgedBy })
              : t('incident.read')}{' '}
            <Age atMs={incident.acknowledgedMs} />
          </span>
        )}
        {incident.mutedUntilMs > Date.now() ? (
          <>
            <span>
              {t('incident.mutedUntil')} <DateTime atMs={incident.mutedUntilMs} />
            </span>
            <button
              type="button"
              className="button"
              disabled={act.isBusy}
              onClick={() => void act.run('mute', { minutes: 0 })}
            >
              {t('incident.unmute')}
            </button>
          </>
        ) : (
          <MuteControl isBusy={act.isBusy} onMute={(minutes) => void act.run('mute', { minutes })} />
        )}
      </div>
      <p className="muted">{t('incident.muteHint')}</p>
      <ErrorNotice error={act.error} />
    </li>
  )
}
