/** Who is here: a picture and a name for each, new ones with an outline. */

import { Link } from 'wouter'
import type { Device, DevicesResponse } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceLink, deviceTitle } from '../../components/device-name.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 48

export function HereCard() {
  const { t, plural } = useText()
  const { data, error, reload } = useResource<DevicesResponse>('/api/devices', {
    ...{ presence: 'online', sort: '-firstSeen', pageSize: SHOWN },
  })
  const more = data ? data.total - data.devices.length : 0
  return (
    <Card
      title={data ? t('home.here', { count: data.total }) : t('home.hereTitle')}
      className="here"
      actions={<Link href="/devices">{t('action.showAll')}</Link>}
    >
      <ErrorNotice error={data ? null : error} onRetry={reload} />
      {!data && !error && <Skeleton rows={4} />}
      {data?.total === 0 && <Empty icon="devices" title={t('home.nobody')} text={t('devices.noneHint')} />}
      <ul className="here-list">
        {data?.devices.map((device) => (
          <Here key={device.id} device={device} />
        ))}
      </ul>
      {more > 0 && (
        <p>
          <Link href="/devices?presence=online">{plural('device.moreAddresses', more)}</Link>
        </p>
      )}
    </Card>
  )
}

function Here({ device }: { device: Device }) {
  const translator = useText()
  const title = deviceTitle(device, translator)
  const isNew = device.trust === 'new'
  return (
    <li>
      <Link
        href={deviceLink(device.id)}
        className={isNew ? 'here-device is-new' : 'here-device'}
        title={title}
      >
        <DeviceIcon device={device} size={26} />
        <span className="here-name">{title}</span>
        {isNew && <span className="here-new">{translator.t('home.new')}</span>}
      </Link>
    </li>
  )
}
