/** What changed about a device, and who said so. */

import type { ChangesResponse, Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { DateTime } from '../../components/time.js'
import { formatChange } from '../../format/change.js'
import { useResource } from '../../hooks/use-resource.js'
import { translateWord } from '../../i18n/language.js'

const SHOWN = 50

export function DeviceHistoryCard({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  const { data, error } = useResource<ChangesResponse>(`/api/devices/${device.id}/changes`, {
    pageSize: SHOWN,
  })
  const say = (field: string, value: string) => formatChange(field, value, translator)
  return (
    <Card title={t('device.changes')}>
      <ErrorNotice error={data ? null : error} />
      {!data && !error && <Skeleton />}
      {data?.total === 0 && <Empty icon="info" title={t('device.noChanges')} />}
      <ul className="list">
        {data?.changes.map(({ atMs, field, before, after, source }) => (
          <li key={`${atMs} ${field} ${after}`}>
            <span className="grow">
              <strong>{translateWord(translator, 'change', field)}</strong>{' '}
              {before && `${say(field, before)} → `}
              {after ? say(field, after) : '–'}
              <span className="sub">{t(`change.by.${source}`)}</span>
            </span>
            <span className="muted">
              <DateTime atMs={atMs} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
