/** Traffic summed by destination. */

import type { DestinationsResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { formatBytes, formatCount } from '../../format/bytes.js'
import type { QueryState } from '../../hooks/use-query-state.js'
import { byteColumns, DstCell } from './cells.js'
import type { TrafficFilter } from './traffic-page.js'
import { TrafficTable } from './traffic-table.js'

export function ByDestination({ filter, query }: { filter: TrafficFilter; query: QueryState }) {
  const { t, language } = useText()
  return (
    <TrafficTable<DestinationsResponse, DestinationsResponse['destinations'][number]>
      path="/api/traffic/destinations"
      caption={t('traffic.by.destinations')}
      filter={filter}
      query={query}
      rowsOf={(response) => response.destinations}
      rowKey={(row) => `${row.site} ${row.dst}`}
      columns={[
        {
          id: 'dst',
          header: t('filter.dst'),
          cell: (row) => (
            <DstCell dst={row.dst} name={row.dstName} onPick={(dst) => query.set({ dst, view: 'devices' })} />
          ),
        },
        {
          id: 'devices',
          header: t('nav.devices'),
          align: 'end',
          priority: 2,
          cell: (row) => formatCount(row.devices, language),
        },
        ...byteColumns<DestinationsResponse['destinations'][number]>(t, (bytes) =>
          formatBytes(bytes, language),
        ),
      ]}
    />
  )
}
