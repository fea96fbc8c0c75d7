/** Bounded tables in which something found no room: the price of a flood, or of a very large network. */

import type { SensorStatus } from '../../../contract/sniff.js'
import type { DaemonState } from '../../../contract/status.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'
import { formatCount } from '../../format/bytes.js'

type Table = SensorStatus['tables'][number]

export function TablesCard({ daemon }: { daemon: DaemonState }) {
  const { t, language } = useText()
  const { sensors } = useStatus()
  const own = daemon.connected ? daemon.tables.map((table) => ({ owner: 'netwatcherd', table })) : []
  const theirs = sensors.flatMap((one) => one.tables.map((table) => ({ owner: one.interface, table })))
  const overflowing = [...own, ...theirs].filter(({ table }) => lost(table) > 0)
  const count = (value: number) => formatCount(value, language)
  return (
    <Card title={t('tables.title')}>
      {overflowing.length === 0 && <p className="muted">{t('tables.none')}</p>}
      <ul className="list">
        {overflowing.map(({ owner, table }) => (
          <li key={`${owner} ${table.table}`}>
            <span className="grow">
              <span className="mono">{table.table}</span>
              <span className="sub">{owner}</span>
            </span>
            <span>{t('tables.lost', { evicted: count(table.evicted), refused: count(table.refused) })}</span>
          </li>
        ))}
      </ul>
      <p className="muted">{t('tables.hint')}</p>
    </Card>
  )
}

function lost({ evicted, refused }: Table): number {
  return evicted + refused
}
