/** When a device was there in the last week, and when nobody could tell. */

import type { Device } from '../../../contract/devices.js'
import type { PresenceResponse } from '../../../contract/presence.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { DateTime } from '../../components/time.js'
import { formatDuration } from '../../format/time.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 10

export function DevicePresenceCard({ device }: { device: Device }) {
  const { t, language } = useText()
  const { data, error } = useResource<PresenceResponse>(`/api/devices/${device.id}/presence`)
  return (
    <Card title={t('device.presenceWeek')}>
      <ErrorNotice error={data ? null : error} />
      {!data && !error && <Skeleton />}
      {data && <Strip presence={data} />}
      {data?.sessions.length === 0 && <Empty icon="info" title={t('device.noSessions')} />}
      <ul className="list">
        {data?.sessions
          .toReversed()
          .slice(0, SHOWN)
          .map(({ fromMs, toMs, isOpen }) => (
            <li key={fromMs}>
              <span className="grow">
                <DateTime atMs={fromMs} /> – {isOpen ? t('device.stillThere') : <DateTime atMs={toMs} />}
              </span>
              <span className="muted">{formatDuration(toMs - fromMs, language)}</span>
            </li>
          ))}
      </ul>
      {data?.blind.map(({ fromMs, interface: name, text }) => (
        <p key={`${fromMs} ${name}`} className="muted">
          <DateTime atMs={fromMs} />: {text}
        </p>
      ))}
    </Card>
  )
}

/** A week as one line: the fuller, the longer it was there. */
function Strip({ presence: { strip, fromMs, toMs } }: { presence: PresenceResponse }) {
  const { t } = useText()
  return (
    <div className="strip">
      <svg
        viewBox={`0 0 ${Math.max(1, strip.length)} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('device.presenceWeek')}
      >
        {strip.map((share, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step has nothing but its place
          <rect key={index} x={index} y={0} width={1} height={10} fillOpacity={share} />
        ))}
      </svg>
      <span className="row muted">
        <DateTime atMs={fromMs} />
        <DateTime atMs={toMs} />
      </span>
    </div>
  )
}
