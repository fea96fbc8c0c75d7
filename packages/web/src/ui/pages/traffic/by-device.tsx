/** Traffic summed by device. */

import { Link } from 'wouter'
import type { TrafficDevicesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { deviceLink, trafficDeviceTitle } from '../../components/device-name.js'
import { formatBytes, formatCount } from '../../format/bytes.js'
import type { QueryState } from '../../hooks/use-query-state.js'
import { byteColumns } from './cells.js'
import type { TrafficFilter } from './traffic-page.js'
import { TrafficTable } from './traffic-table.js'

type Row = TrafficDevicesResponse['devices'][number]

export function ByDevice({ filter, query }: { filter: TrafficFilter; query: QueryState }) {
  const { t, language } = useText()
  return (
    <TrafficTable<TrafficDevicesResponse, Row>
      path="/api/traffic/devices"
      caption={t('traffic.by.devices')}
      filter={filter}
      query={query}
      rowsOf={(response) => response.devices}
      rowKey={(row) => `${row.site} ${row.device ?? ''}`}
      columns={[
        {
          id: 'device',
          header: t('filter.device'),
          cell: (row) => (
            <DeviceCell row={row} onPick={(device) => query.set({ device, view: 'destinations' })} />
          ),
        },
        {
          id: 'destinations',
          header: t('traffic.destinations'),
          align: 'end',
          priority: 2,
          cell: (row) => formatCount(row.destinations, language),
        },
        ...byteColumns<Row>(t, (bytes) => formatBytes(bytes, language)),
      ]}
    />
  )
}

/** Picking a device keeps the other filters; its own page is beside. */
function DeviceCell({ row, onPick }: { row: Row; onPick: (device: string) => void }) {
  const translator = useText()
  const { t } = translator
  const { device } = row
  if (!device) return <>{t('traffic.byHand')}</>
  const title = trafficDeviceTitle({ ...row, device }, translator)
  return (
    <>
      <button
        type="button"
        className="link strong"
        title={t('traffic.filterBy', { value: title })}
        onClick={() => onPick(device)}
      >
        {title}
      </button>
      <span className="sub">
        <span className="mono">{device}</span> <Link href={deviceLink(device)}>{t('traffic.toDevice')}</Link>
      </span>
    </>
  )
}
