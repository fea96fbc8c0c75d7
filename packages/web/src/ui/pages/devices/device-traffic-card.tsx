/** Where a device's traffic of the last day went, and when. */

import { DAY_MS, MINUTE_MS } from '@netwatcher/shared'
import { useMemo } from 'react'
import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import type { DestinationsResponse, SeriesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Chart } from '../../components/chart.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { OtherReaches } from '../../components/other-reaches.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatBytes, formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'
import { seriesData } from '../traffic/series-data.js'

const REFRESH_MS = 20_000
const SHOWN = 8

export function DeviceTrafficCard({ device }: { device: Device }) {
  const { t, language } = useText()
  const minuteMs = Math.floor(useNow(MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const filter = { device: device.mac, from: minuteMs - DAY_MS }
  const series = useResource<SeriesResponse>('/api/traffic/series', filter, { refreshMs: REFRESH_MS })
  const destinations = useResource<DestinationsResponse>(
    '/api/traffic/destinations',
    { ...filter, reach: 'internet', sort: '-bytes', pageSize: SHOWN },
    { refreshMs: REFRESH_MS },
  )
  const data = useMemo(() => seriesData(series.data, minuteMs - DAY_MS, minuteMs), [series.data, minuteMs])
  const total = { tx: formatBytes(device.txBytes, language), rx: formatBytes(device.rxBytes, language) }
  return (
    <Card
      title={t('device.trafficDay')}
      className="span-2"
      actions={<Link href={`/traffic?device=${device.mac}`}>{t('action.showAll')}</Link>}
    >
      <p className="muted">{t('device.trafficTotal', total)}</p>
      <ErrorNotice error={destinations.data ? null : destinations.error} />
      {series.data && (
        <Chart
          summary={t('device.trafficDay')}
          height={150}
          series={[
            { label: t('traffic.received'), color: 'rx' },
            { label: t('traffic.sent'), color: 'tx' },
          ]}
          data={data}
          formatValue={(value) => formatRate(value, language)}
        />
      )}
      {!destinations.data && !destinations.error && <Skeleton rows={SHOWN} />}
      {destinations.data?.total === 0 && (
        <Empty icon="traffic" title={t('traffic.noneOut')} text={t('traffic.noneYet')} />
      )}
      <ul className="list bars">
        {destinations.data?.destinations.map((one) => (
          <li key={one.dst}>
            <span className="grow">
              {one.dstName ?? <span className="mono">{one.dst}</span>}
              {one.dstName && <span className="sub mono">{one.dst}</span>}
            </span>
            <span className="num">{formatBytes(one.bytes, language)}</span>
          </li>
        ))}
      </ul>
      <OtherReaches filter={filter} refreshMs={REFRESH_MS} />
    </Card>
  )
}
