/** The last 24 hours: who came and left, what was noticed, what was blocked. */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import { Link } from 'wouter'
import type { AuditResponse } from '../../../contract/firewall.js'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import type { UplinkSpansResponse } from '../../../contract/internet.js'
import type { TransitionsResponse } from '../../../contract/presence.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'
import { deviceLink, trafficDeviceTitle } from '../../components/device-name.js'
import { Icon, type IconName } from '../../components/icons.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { formatDuration } from '../../format/time.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'
import { type DayEvent, eventsOfDay } from './day.js'

const STEP_MS = 10 * MINUTE_MS
const REFRESH_MS = 15_000
const SHOWN = 40

const ICONS: Record<DayEvent['type'], IconName> = {
  first: 'plus',
  came: 'arrowRight',
  left: 'arrowLeft',
  incident: 'warning',
  blocked: 'firewall',
  unblocked: 'check',
  online: 'check',
  offline: 'warning',
}

export function DayCard() {
  const { t, plural } = useText()
  const fromMs = Math.floor(useNow(STEP_MS) / STEP_MS) * STEP_MS - DAY_MS
  const { daemon } = useStatus()
  const who = useResource<TransitionsResponse>('/api/presence/changes', { fromMs }, { refreshMs: REFRESH_MS })
  const incidents = useResource<IncidentsResponse>('/api/incidents', {
    ...{ from: fromMs, sort: '-firstSeen', pageSize: SHOWN },
  })
  const blocks = useResource<AuditResponse>(daemon?.connected ? '/api/firewall/audit' : null)
  const internet = useResource<UplinkSpansResponse>('/api/internet', { fromMs }, { refreshMs: REFRESH_MS })
  const events = eventsOfDay(
    {
      transitions: who.data?.transitions ?? [],
      incidents: incidents.data?.incidents ?? [],
      blocks: blocks.data?.entries ?? [],
      internet: internet.data?.spans ?? [],
    },
    fromMs,
  )
  const isKnown = who.data !== null && incidents.data !== null
  const more = events.length - SHOWN
  return (
    <Card title={t('home.day')} className="day">
      <ErrorNotice error={isKnown ? null : (who.error ?? incidents.error)} onRetry={who.reload} />
      {!isKnown && !who.error && !incidents.error && <Skeleton rows={5} />}
      {isKnown && events.length === 0 && (
        <Empty icon="info" title={t('home.quietDay')} text={t('home.quietDayHint')} />
      )}
      <ol className="timeline">
        {events.slice(0, SHOWN).map((event) => (
          <li key={`${event.key} ${event.atMs}`} className={isNote(event) ? '' : `event-${event.type}`}>
            <Icon name={isNote(event) ? 'info' : ICONS[event.type]} size={16} />
            <span className="grow">
              <What event={event} />
            </span>
            <span className="muted">
              <Age atMs={event.atMs} />
            </span>
          </li>
        ))}
      </ol>
      {more > 0 && <p className="muted">{plural('device.moreAddresses', more)}</p>}
    </Card>
  )
}

function isNote(event: DayEvent): boolean {
  return event.type === 'incident' && event.severity === 'info'
}

function What({ event }: { event: DayEvent }) {
  const translator = useText()
  const { t, language } = translator
  switch (event.type) {
    case 'incident':
      return <Link href={`/incidents/${event.id}`}>{t(`kind.${event.kind}.title`)}</Link>
    case 'blocked':
    case 'unblocked':
      return t(`home.${event.type}`, { targets: event.targets.join(', ') })
    case 'online':
      return t('home.online', { time: formatDuration(event.lastedMs ?? 0, language) })
    case 'offline': {
      const lasted = event.lastedMs === null ? '' : ` (${formatDuration(event.lastedMs, language)})`
      const { state, gateway } = event.span
      return `${t(`internet.${state}`, { gateway })}${lasted}`
    }
    default:
      return (
        <>
          <Link href={deviceLink(event.device.deviceId)}>{trafficDeviceTitle(event.device, translator)}</Link>{' '}
          {t(`home.${event.type}`)}
        </>
      )
  }
}
