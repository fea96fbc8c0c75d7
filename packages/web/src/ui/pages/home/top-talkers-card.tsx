/** Which devices moved most in the last hour. */

import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { Link } from 'wouter'
import type { TrafficDevicesResponse } from '../../../contract/traffic.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { deviceLink, trafficDeviceTitle } from '../../components/device-name.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatBytes } from '../../format/bytes.js'
import { useNow } from '../../hooks/use-now.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 6
const REFRESH_MS = 15_000

export function TopTalkersCard() {
  const translator = useText()
  const { t, language } = translator
  const minuteMs = Math.floor(useNow(MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const { data, error, reload } = useResource<TrafficDevicesResponse>(
    '/api/traffic/devices',
    { from: minuteMs - HOUR_MS, sort: '-bytes', pageSize: SHOWN },
    { refreshMs: REFRESH_MS },
  )
  const most = Math.max(1, ...(data?.devices.map((device) => device.bytes) ?? []))
  return (
    <Card title={t('overview.topTalkers')} actions={<Link href="/traffic">{t('action.showAll')}</Link>}>
      <ErrorNotice error={data ? null : error} onRetry={reload} />
      {!data && !error && <Skeleton rows={SHOWN} />}
      {data?.devices.length === 0 && (
        <Empty icon="traffic" title={t('traffic.none')} text={t('traffic.noneYet')} />
      )}
      <ul className="list bars">
        {data?.devices.map((device) => (
          <li key={device.device ?? ''}>
            <span className="grow">
              {device.device ? (
                <Link href={deviceLink(device.device)}>
                  {trafficDeviceTitle({ ...device, device: device.device }, translator)}
                </Link>
              ) : (
                t('traffic.byHand')
              )}
            </span>
            <span className="num">{formatBytes(device.bytes, language)}</span>
            <meter min={0} max={most} value={device.bytes} aria-hidden="true" />
          </li>
        ))}
      </ul>
    </Card>
  )
}
