/** The stored traffic of the chosen range as rates over time. */

import { useMemo } from 'react'
import type { SeriesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Chart } from '../../components/chart.js'
import { ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatBytes, formatRate } from '../../format/bytes.js'
import { useResource } from '../../hooks/use-resource.js'
import { seriesData } from './series-data.js'
import type { TrafficFilter } from './traffic-page.js'

const REFRESH_MS = 15_000

export function SeriesCard({ filter, toMs }: { filter: TrafficFilter; toMs: number }) {
  const { t, language } = useText()
  const { device, dst, from } = filter
  const { data, error } = useResource<SeriesResponse>(
    '/api/traffic/series',
    { device, dst, from },
    { refreshMs: REFRESH_MS },
  )
  const chart = useMemo(() => seriesData(data, from, toMs), [data, from, toMs])
  const sum = (pick: (point: SeriesResponse['points'][number]) => number) =>
    formatBytes(data?.points.reduce((total, point) => total + pick(point), 0) ?? 0, language)
  const totals = { received: sum((point) => point.rxBytes), sent: sum((point) => point.txBytes) }
  return (
    <Card
      title={t('traffic.overTime')}
      actions={data && <span className="muted">{t('traffic.totals', totals)}</span>}
    >
      <ErrorNotice error={data ? null : error} />
      {!data && !error && <Skeleton rows={6} />}
      {data && (
        <Chart
          summary={t('traffic.totals', totals)}
          height={240}
          series={[
            { label: t('traffic.received'), color: 'rx' },
            { label: t('traffic.sent'), color: 'tx' },
          ]}
          data={chart}
          formatValue={(value) => formatRate(value, language)}
        />
      )}
    </Card>
  )
}
