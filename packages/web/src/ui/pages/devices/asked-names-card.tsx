/** Which names a device asked DNS for; only where the owner has them kept. */

import type { AskedNamesResponse } from '../../../contract/asked-names.js'
import type { Device } from '../../../contract/devices.js'
import { makeUrl } from '../../api/client.js'
import { basePath } from '../../app/base-path.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Icon } from '../../components/icons.js'
import { Age } from '../../components/time.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 60_000
const SHOWN = 20

export function AskedNamesCard({ device }: { device: Device }) {
  const { t } = useText()
  const path = `/api/devices/${device.id}/asked-names`
  const { data } = useResource<AskedNamesResponse>(path, {}, { refreshMs: REFRESH_MS })
  if (!data || data.keptDays === 0) return null
  const save = (
    <a className="button small" href={makeUrl(basePath + path, { format: 'csv' })} download>
      <Icon name="download" size={16} />
      {t('csv.download')}
    </a>
  )
  return (
    <Card title={t('asked.title')} actions={data.names.length > 0 && save}>
      <p className="muted">{t('asked.lead', { days: data.keptDays })}</p>
      <ul className="list">
        {data.names.slice(0, SHOWN).map(({ name, periods, firstSeenMs, lastSeenMs }) => (
          <li key={name}>
            <span className="grow">
              <span className="mono">{name}</span>
              <span className="sub">
                {t('asked.periods', { count: periods })} · {t('asked.first')} <Age atMs={firstSeenMs} />
              </span>
            </span>
            <Age atMs={lastSeenMs} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
