/** What could not be recorded lately, and why; nothing where all was. */

import type { GapsResponse } from '../../../contract/gaps.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DateTime } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 10
const REFRESH_MS = 30_000

/** `count`: of all gaps. */
export function GapsCard({ count }: { count: number }) {
  const { t, language } = useText()
  const { data } = useResource<GapsResponse>(
    count > 0 ? '/api/gaps' : null,
    { pageSize: SHOWN },
    { refreshMs: REFRESH_MS },
  )
  if (!data || data.total === 0) return null
  return (
    <Card title={t('gaps.title')}>
      <ul className="list">
        {data.gaps.map((gap) => (
          <li key={`${gap.atMs} ${gap.firstSequence} ${gap.interface}`}>
            <span className="grow">
              {gap.cause}
              <span className="sub">
                <DateTime atMs={gap.fromMs || gap.atMs} />
                {gap.toMs > 0 && (
                  <>
                    {' – '}
                    <DateTime atMs={gap.toMs} />
                  </>
                )}
                {gap.interface !== null && ` · ${gap.interface}`}
              </span>
            </span>
            {gap.trafficBytes > 0 && <span>{formatBytes(gap.trafficBytes, language)}</span>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
