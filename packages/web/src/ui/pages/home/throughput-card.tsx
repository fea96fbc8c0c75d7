/** What flows now: the last five minutes of all watched interfaces. */

import { useMemo, useState } from 'react'
import type { SeriesResponse } from '../../../contract/traffic.js'
import { useLive, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Chart } from '../../components/chart.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'
import {
  STEP_MS,
  type TrafficReport,
  throughputSeries,
  WINDOW_MS,
  withHistory,
} from '../../live/throughput.js'

export function ThroughputCard() {
  const { t, language } = useText()
  const throughput = useLive((state) => state.throughput)
  const nowMs = useNow(STEP_MS)
  const { history, isKnown } = useHistory()
  const data = useMemo(
    () => throughputSeries(withHistory(throughput, history), nowMs),
    [throughput, history, nowMs],
  )
  const peak = Math.max(...data[1].map((rx, index) => (rx ?? 0) + (data[2][index] ?? 0)))
  return (
    <Card title={t('throughput.title')} className="wide">
      {isKnown ? (
        <Chart
          summary={t('throughput.summary', { peak: formatRate(peak, language) })}
          series={[
            { label: t('traffic.received'), color: 'rx' },
            { label: t('traffic.sent'), color: 'tx' },
          ]}
          data={data}
          formatValue={(value) => formatRate(value, language)}
        />
      ) : (
        <Skeleton rows={5} />
      )}
    </Card>
  )
}

/** What was stored when the page was opened, in the steps that it is stored in; the last one has not ended yet. */
function useHistory(): { history: TrafficReport[]; isKnown: boolean } {
  const [openedMs] = useState(() => Date.now())
  const { data, error } = useResource<SeriesResponse>('/api/traffic/series', { from: openedMs - WINDOW_MS })
  const history = useMemo(() => {
    const { stepMs, points } = data ?? { stepMs: 0, points: [] }
    const untilOpened = (atMs: number) => Math.min(stepMs, openedMs - atMs)
    return points
      .filter(({ atMs }) => atMs < openedMs)
      .map((point) => ({ ...point, durationMs: untilOpened(point.atMs) }))
  }, [data, openedMs])
  // Where it cannot be had, what is live is shown without it.
  return { history, isKnown: data !== null || error !== null }
}
