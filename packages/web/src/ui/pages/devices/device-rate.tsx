/** How much a device moved in the last hour, as a small line. */

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { useMemo } from 'react'
import type { SeriesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Sparkline } from '../../components/sparkline.js'
import { formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'

const STEP_MS = 2 * MINUTE_MS

export function DeviceRate({ mac }: { mac: string }) {
  const { t, language } = useText()
  const untilMs = Math.floor(useNow(STEP_MS) / STEP_MS) * STEP_MS
  const fromMs = untilMs - HOUR_MS
  const { data } = useResource<SeriesResponse>('/api/traffic/series', { device: mac, from: fromMs })
  const rates = useMemo(() => ratesOf(data, fromMs, untilMs), [data, fromMs, untilMs])
  const peak = Math.max(...rates)
  if (peak === 0) return <span className="muted">–</span>
  return <Sparkline values={rates} summary={t('devices.rateOf', { peak: formatRate(peak, language) })} />
}

/** Bytes per second of both directions, one for each step. */
function ratesOf(series: SeriesResponse | null, fromMs: number, untilMs: number): number[] {
  const rates = Array.from({ length: (untilMs - fromMs) / STEP_MS }, () => 0)
  for (const { atMs, txBytes, rxBytes } of series?.points ?? []) {
    const step = Math.floor((atMs - fromMs) / STEP_MS)
    if (step >= 0 && step < rates.length) {
      rates[step] = (rates[step] ?? 0) + ((txBytes + rxBytes) * SECOND_MS) / STEP_MS
    }
  }
  return rates
}
