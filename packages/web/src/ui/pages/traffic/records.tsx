/** The stored traffic records: one per destination, device, protocol and port. */

import { Link } from 'wouter'
import type { TrafficRecord, TrafficResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { deviceLink } from '../../components/device-name.js'
import { formatBytes } from '../../format/bytes.js'
import type { QueryState } from '../../hooks/use-query-state.js'
import { byteColumns, DstCell } from './cells.js'
import type { TrafficFilter } from './traffic-page.js'
import { TrafficTable } from './traffic-table.js'

export function Records({ filter, query }: { filter: TrafficFilter; query: QueryState }) {
  const { t, language } = useText()
  return (
    <TrafficTable<TrafficResponse, TrafficRecord>
      path="/api/traffic"
      caption={t('traffic.by.records')}
      filter={filter}
      query={query}
      rowsOf={(response) => response.traffic}
      rowKey={(row) => `${row.site} ${row.dst} ${row.device ?? ''} ${row.protocol} ${row.port}`}
      columns={[
        {
          id: 'dst',
          header: t('filter.dst'),
          sort: 'dst',
          cell: (row) => <DstCell dst={row.dst} name={row.dstName} onPick={(dst) => query.set({ dst })} />,
        },
        {
          id: 'device',
          header: t('filter.device'),
          sort: 'device',
          priority: 2,
          cell: (row) =>
            row.device ? (
              <Link href={deviceLink(row.device)}>{row.deviceName ?? row.deviceIp ?? row.device}</Link>
            ) : (
              t('traffic.byHand')
            ),
        },
        {
          id: 'protocol',
          header: t('traffic.protocol'),
          sort: 'protocol',
          priority: 2,
          cell: (row) => (row.port > 0 ? `${row.protocol} ${row.port}` : row.protocol),
        },
        ...byteColumns<TrafficRecord>(t, (bytes) => formatBytes(bytes, language)),
      ]}
    />
  )
}
