/** Which resolvers a device asks, and how much of what it talks to has a name. */

import type { Device } from '../../../contract/devices.js'
import type { ResolversResponse } from '../../../contract/volumes.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Notice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 60_000
const SHOWN = 8

export function TalkCard({ device }: { device: Device }) {
  const { t } = useText()
  const { data } = useResource<ResolversResponse>(
    '/api/traffic/resolvers',
    { device: device.mac },
    { refreshMs: REFRESH_MS },
  )
  if (!data || (data.resolvers.length === 0 && data.destinations === 0)) return null
  const { bypassSinceMs, unnamed, destinations } = data
  return (
    <Card title={t('talk.title')}>
      {bypassSinceMs === null ? (
        <p className="muted">{t('talk.noBypass')}</p>
      ) : (
        <Notice tone="warning">
          {t('talk.bypass')}: <Age atMs={bypassSinceMs} />
        </Notice>
      )}
      <p className="muted">{t('talk.unnamed', { unnamed, destinations })}</p>
      <ul className="list">
        {data.resolvers.slice(0, SHOWN).map(({ ip, name, way, isOwn }) => (
          <li key={`${ip} ${way}`}>
            <span className="grow">
              {name ?? <span className="mono">{ip}</span>}
              {name && <span className="sub mono">{ip}</span>}
            </span>
            <span className="muted">
              {t(`talk.way.${way}`)} {isOwn && t('talk.own')}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
