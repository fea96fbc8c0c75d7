/** How much each device of a list moved in the last hour, as small lines: one request for all of them. */

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { useMemo } from 'react'
import type { Device } from '../../../contract/devices.js'
import type { DeviceSeriesResponse, SeriesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Sparkline } from '../../components/sparkline.js'
import { formatRate } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'

const STEP_MS = 2 * MINUTE_MS

/** Bytes per second, one for each step of the last hour. */
export type Rates = readonly number[]

/** By MAC. In the order of the MACs, so that another order of the list is not another question. */
export function useDeviceRates(devices: readonly Device[]): ReadonlyMap<string, Rates> {
  const untilMs = Math.floor(useNow(STEP_MS) / STEP_MS) * STEP_MS
  const fromMs = untilMs - HOUR_MS
  const macs = devices
    .map(({ mac }) => mac)
    .sort()
    .join(',')
  const path = macs === '' ? null : '/api/traffic/series/devices'
  const { data } = useResource<DeviceSeriesResponse>(path, { devices: macs, from: fromMs })
  return useMemo(
    () =>
      new Map(data?.series.map(({ device, points }) => [device, ratesOf(points, fromMs, untilMs)] as const)),
    [data, fromMs, untilMs],
  )
}

/** Nothing while it is not known. */
export function DeviceRate({ rates }: { rates: Rates | undefined }) {
  const { t, language } = useText()
  if (!rates) return null
  const peak = Math.max(...rates)
  if (peak === 0) return <span className="muted">–</span>
  return <Sparkline values={rates} summary={t('devices.rateOf', { peak: formatRate(peak, language) })} />
}

/** Of both directions. */
function ratesOf(points: SeriesResponse['points'], fromMs: number, untilMs: number): Rates {
  const rates = Array.from({ length: (untilMs - fromMs) / STEP_MS }, () => 0)
  for (const { atMs, txBytes, rxBytes } of points) {
    const step = Math.floor((atMs - fromMs) / STEP_MS)
    if (step >= 0 && step < rates.length) {
      rates[step] = (rates[step] ?? 0) + ((txBytes + rxBytes) * SECOND_MS) / STEP_MS
    }
  }
  return rates
}
