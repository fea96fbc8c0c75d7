/** With whom a device has talked in the last minutes, the latest first. */

import { MINUTE_MS } from '@netwatcher/shared'
import type { Device } from '../../../contract/devices.js'
import type { TrafficRecord, TrafficResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'

const WINDOW_MS = 5 * MINUTE_MS
const REFRESH_MS = 5000
const SHOWN = 100

export function NowCard({ device }: { device: Device }) {
  const { t } = useText()
  const minuteMs = Math.floor(useNow(MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const { data, error } = useResource<TrafficResponse>(
    '/api/traffic',
    { device: device.mac, from: minuteMs - WINDOW_MS, sort: '-lastSeen', pageSize: SHOWN },
    { refreshMs: REFRESH_MS },
  )
  const columns = useColumns()
  return (
    <Card title={t('device.connections')}>
      <ErrorNotice error={data ? null : error} />
      {!data && !error && <Skeleton rows={4} />}
      {data?.total === 0 && (
        <Empty icon="traffic" title={t('device.noConnections')} text={t('device.noConnectionsHint')} />
      )}
      {data && data.total > 0 && (
        <DataTable
          caption={t('device.connections')}
          columns={columns}
          rows={data.traffic}
          rowKey={({ site, dst, protocol, port }) => `${site} ${dst} ${protocol} ${port}`}
        />
      )}
    </Card>
  )
}

function useColumns(): Column<TrafficRecord>[] {
  const { t, language } = useText()
  return [
    {
      id: 'dst',
      header: t('filter.dst'),
      cell: ({ dst, dstName }) => (
        <>
          {dstName ?? <span className="mono">{dst || t('traffic.noAddress')}</span>}
          {dstName && <span className="sub mono">{dst}</span>}
        </>
      ),
    },
    {
      id: 'protocol',
      header: t('traffic.protocol'),
      priority: 2,
      cell: ({ protocol, port }) => (port > 0 ? `${protocol} ${port}` : protocol),
    },
    {
      id: 'rx',
      header: t('traffic.received'),
      align: 'end',
      cell: ({ rxBytes }) => formatBytes(rxBytes, language),
    },
    {
      id: 'tx',
      header: t('traffic.sent'),
      align: 'end',
      cell: ({ txBytes }) => formatBytes(txBytes, language),
    },
    {
      id: 'last',
      header: t('device.lastSeen'),
      align: 'end',
      priority: 2,
      cell: ({ lastSeenMs }) => <Age atMs={lastSeenMs} />,
    },
  ]
}
