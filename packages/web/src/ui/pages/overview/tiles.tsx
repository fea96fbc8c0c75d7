/** Four figures, each a way into its page. */

import { Link } from 'wouter'
import type { DevicesResponse } from '../../../contract/devices.js'
import { useOpenAlerts } from '../../app/open-alerts.js'
import { useLive, useText } from '../../app/services.js'
import { formatCount, formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'
import { latestRate, STEP_MS, throughputSeries } from '../../live/throughput.js'

export function Tiles() {
  const { t, language } = useText()
  const online = useCount({ presence: 'online' })
  const all = useCount({})
  const unknown = useCount({ trust: 'new' })
  const open = useOpenAlerts()
  const format = (value: number | null) => (value === null ? '–' : formatCount(value, language))
  return (
    <ul className="tiles">
      <Tile href="/devices?presence=online" name={t('tile.online')} value={format(online)}>
        {t('tile.ofAll', { total: format(all) })}
      </Tile>
      <Tile href="/devices?trust=new" name={t('tile.unknown')} value={format(unknown)}>
        {t('tile.unknownHint')}
      </Tile>
      <Tile href="/alerts" name={t('tile.alerts')} value={format(open && open.critical + open.warning)}>
        {open ? t('tile.alertsHint', { critical: open.critical, warning: open.warning }) : '–'}
      </Tile>
      <ThroughputTile />
    </ul>
  )
}

function useCount(query: Record<string, string>): number | null {
  const { data } = useResource<DevicesResponse>('/api/devices', { ...query, pageSize: 1 })
  return data?.total ?? null
}

function ThroughputTile() {
  const { t, language } = useText()
  const throughput = useLive((state) => state.throughput)
  const rate = latestRate(throughputSeries(throughput, useNow(STEP_MS)))
  const now = rate === null ? '–' : formatRate(rate, language)
  return (
    <Tile href="/traffic" name={t('tile.throughput')} value={now}>
      {t('tile.throughputHint')}
    </Tile>
  )
}

interface TileProps {
  href: string
  name: string
  value: string
  children: React.ReactNode
}

function Tile({ href, name, value, children }: TileProps) {
  return (
    <li>
      <Link href={href} className="tile">
        <span className="tile-name">{name}</span>
        <span className="tile-value">{value}</span>
        <span className="tile-hint">{children}</span>
      </Link>
    </li>
  )
}
