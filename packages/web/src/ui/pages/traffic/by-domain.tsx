/** Traffic of the internet summed by registered domain, with the service where it is known. */

import type { DomainRecord, DomainsResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { formatBytes, formatCount } from '../../format/bytes.js'
import type { QueryState } from '../../hooks/use-query-state.js'
import { byteColumns } from './cells.js'
import type { TrafficFilter } from './traffic-page.js'
import { TrafficTable } from './traffic-table.js'

export function ByDomain({ filter, query }: { filter: TrafficFilter; query: QueryState }) {
  const { t, language } = useText()
  return (
    <TrafficTable<DomainsResponse, DomainRecord>
      path="/api/traffic/domains"
      caption={t('traffic.by.domains')}
      filter={filter}
      query={query}
      rowsOf={(response) => response.domains}
      rowKey={(row) => row.domain ?? ''}
      columns={[
        {
          id: 'domain',
          header: t('traffic.domain'),
          cell: (row) => row.domain ?? <span className="muted">{t('traffic.noDomain')}</span>,
        },
        {
          id: 'service',
          header: t('traffic.service'),
          priority: 2,
          cell: (row) => row.service && `${row.service.name} · ${t(`service.${row.service.kind}`)}`,
        },
        {
          id: 'destinations',
          header: t('traffic.destinations'),
          align: 'end',
          priority: 2,
          cell: (row) => formatCount(row.destinations, language),
        },
        ...byteColumns<DomainRecord>(t, (bytes) => formatBytes(bytes, language)),
      ]}
    />
  )
}
