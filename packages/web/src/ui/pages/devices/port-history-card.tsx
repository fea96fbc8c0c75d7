/** What earlier port scans of a device found, what changed between them, and whether it is scanned regularly. */

import type { Device } from '../../../contract/devices.js'
import type { StoredPortsResponse } from '../../../contract/portscan.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 30_000
const SHOWN = 5
/** Hours; 0 is never. */
const INTERVALS = [0, 24, 168, 720] as const

export function PortHistoryCard({ device }: { device: Device }) {
  const { t } = useText()
  const api = useApi()
  const path = `/api/devices/${device.id}/ports`
  const { data, reload } = useResource<StoredPortsResponse>(path, {}, { refreshMs: REFRESH_MS })
  const plan = useAction(async (hours: number) => {
    await api.post(path, { everyHours: hours === 0 ? null : hours })
    reload()
  })
  if (!data || (data.scans.length === 0 && data.everyHours === null)) return null
  return (
    <Card title={t('ports.history')}>
      <ErrorNotice error={plan.error} />
      <label className="select">
        <span>{t('ports.every')}</span>
        <select
          value={data.everyHours ?? 0}
          disabled={plan.isBusy}
          onChange={({ target }) => void plan.run(Number(target.value))}
        >
          {INTERVALS.map((hours) => (
            <option key={hours} value={hours}>
              {t(`ports.every.${hours}`)}
            </option>
          ))}
        </select>
      </label>
      <ul className="list">
        {data.scans.slice(0, SHOWN).map(({ atMs, ports, opened, closed }) => (
          <li key={atMs}>
            <span className="grow">
              {t('ports.openCount', { count: ports.filter(({ state }) => state === 'open').length })}
              {opened.length > 0 && (
                <span className="sub">{t('ports.opened', { ports: opened.join(', ') })}</span>
              )}
              {closed.length > 0 && (
                <span className="sub">{t('ports.closed', { ports: closed.join(', ') })}</span>
              )}
            </span>
            <Age atMs={atMs} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
