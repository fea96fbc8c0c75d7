/** Where most went in the last hour, out of the house. */

import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { Link } from 'wouter'
import type { DestinationsResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { OtherReaches } from '../../components/other-reaches.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatBytes } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 6
const REFRESH_MS = 15_000

export function TopDestinationsCard() {
  const { t, language } = useText()
  const minuteMs = Math.floor(useNow(MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const { data, error, reload } = useResource<DestinationsResponse>(
    '/api/traffic/destinations',
    { from: minuteMs - HOUR_MS, reach: 'internet', sort: '-bytes', pageSize: SHOWN },
    { refreshMs: REFRESH_MS },
  )
  const most = Math.max(1, ...(data?.destinations.map(({ bytes }) => bytes) ?? []))
  return (
    <Card title={t('home.topDestinations')} actions={<Link href="/traffic">{t('action.showAll')}</Link>}>
      <ErrorNotice error={data ? null : error} onRetry={reload} />
      {!data && !error && <Skeleton rows={SHOWN} />}
      {data?.destinations.length === 0 && (
        <Empty icon="traffic" title={t('traffic.noneOut')} text={t('traffic.noneYet')} />
      )}
      <ul className="list bars">
        {data?.destinations.map(({ site, dst, dstName, bytes }) => (
          <li key={`${site} ${dst}`}>
            <span className="grow">
              <Link href={`/traffic?dst=${encodeURIComponent(dst)}`}>{dstName ?? dst}</Link>
            </span>
            <span className="num">{formatBytes(bytes, language)}</span>
            <meter min={0} max={most} value={bytes} aria-hidden="true" />
          </li>
        ))}
      </ul>
      <OtherReaches filter={{ from: minuteMs - HOUR_MS }} refreshMs={REFRESH_MS} />
    </Card>
  )
}
