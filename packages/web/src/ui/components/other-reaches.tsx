/** What destinations do not show, because it went nowhere: inside this network, to groups, and not as IP. */

import type { ReachesResponse } from '../../contract/traffic.js'
import { useText } from '../app/services.js'
import { formatBytes } from '../format/bytes.js'
import { useResource } from '../hooks/use-resource.js'

export interface OtherReachesProps {
  filter: { from: number; device?: string }
  refreshMs: number
}

export function OtherReaches({ filter, refreshMs }: OtherReachesProps) {
  const { t, language } = useText()
  const { data } = useResource<ReachesResponse>('/api/traffic/reaches', filter, { refreshMs })
  const others = data?.reaches.filter(({ reach }) => reach !== 'internet') ?? []
  if (others.length === 0) return null
  const sums = others.map(({ reach, bytes }) => `${t(`months.${reach}`)} ${formatBytes(bytes, language)}`)
  return <p className="muted">{t('traffic.notCounted', { sums: sums.join(' · ') })}</p>
}
