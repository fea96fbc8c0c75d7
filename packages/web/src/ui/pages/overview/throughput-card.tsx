/** What flows now: the last five minutes of all watched interfaces. */

import { useMemo } from 'react'
import { useLive, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Chart } from '../../components/chart.js'
import { formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { STEP_MS, throughputSeries } from '../../live/throughput.js'

export function ThroughputCard() {
  const { t, language } = useText()
  const throughput = useLive((state) => state.throughput)
  const nowMs = useNow(STEP_MS)
  const data = useMemo(() => throughputSeries(throughput, nowMs), [throughput, nowMs])
  const peak = Math.max(...data[1].map((rx, index) => (rx ?? 0) + (data[2][index] ?? 0)))
  return (
    <Card title={t('throughput.title')} className="span-2">
      <Chart
        summary={t('throughput.summary', { peak: formatRate(peak, language) })}
        series={[
          { label: t('traffic.received'), color: 'rx' },
          { label: t('traffic.sent'), color: 'tx' },
        ]}
        data={data}
        formatValue={(value) => formatRate(value, language)}
      />
    </Card>
  )
}
