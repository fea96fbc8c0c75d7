/** What a device is called, by whom; one press keeps a name whatever the network says later. */

import type { DeviceNamesResponse } from '../../../contract/device-names.js'
import type { Device } from '../../../contract/devices.js'
import { useApi, useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'
import { translateWord } from '../../i18n/language.js'

const REFRESH_MS = 60_000
const SHOWN_FORMER = 5

export function NamesCard({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  const api = useApi()
  const { data, reload } = useResource<DeviceNamesResponse>(
    `/api/devices/${device.id}/names`,
    {},
    { refreshMs: REFRESH_MS },
  )
  const keep = useAction(async (name: string) => {
    await api.patch(`/api/devices/${device.id}`, { name })
    reload()
  })
  if (!data || data.names.length === 0) return null
  return (
    <Card title={t('names.title')}>
      <ErrorNotice error={keep.error} />
      <ul className="list">
        {data.names.map(({ source, name, seenMs, isShown }) => (
          <li key={source}>
            <span className="grow">
              {name}
              <span className="sub">
                {translateWord(translator, 'names.by', source)} {seenMs !== null && <Age atMs={seenMs} />}
              </span>
            </span>
            {isShown && <Badge>{t(data.isLocked ? 'names.locked' : 'names.shown')}</Badge>}
            {source !== 'person' && (
              <button
                type="button"
                className="button small"
                disabled={keep.isBusy}
                onClick={() => void keep.run(name)}
              >
                {t('names.keep')}
              </button>
            )}
          </li>
        ))}
        {data.former.slice(0, SHOWN_FORMER).map(({ source, name, untilMs }) => (
          <li key={`${source} ${untilMs}`} className="muted">
            <span className="grow">
              {t('names.former', { name, by: translateWord(translator, 'names.by', source) })}
            </span>
            <Age atMs={untilMs} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
