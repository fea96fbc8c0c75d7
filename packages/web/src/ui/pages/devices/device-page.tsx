/** One device: who it is, what it does now, what it talked to, what happened to it, what is known of it. */

import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { deviceTitle } from '../../components/device-name.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Tabs } from '../../components/tabs.js'
import { useResource } from '../../hooks/use-resource.js'
import { useTitle } from '../../hooks/use-title.js'
import { AddressesCard } from './addresses-card.js'
import { AskedNamesCard } from './asked-names-card.js'
import { DeviceAlertsCard } from './device-alerts-card.js'
import { DeviceBanner } from './device-banner.js'
import { DeviceHeader } from './device-header.js'
import { DeviceHistoryCard } from './device-history-card.js'
import { DevicePresenceCard } from './device-presence-card.js'
import { DeviceTrafficCard } from './device-traffic-card.js'
import { IdentityCard } from './identity-card.js'
import { NamesCard } from './names-card.js'
import { NowCard } from './now-card.js'
import { PortHistoryCard } from './port-history-card.js'
import { PortScanCard } from './port-scan-card.js'
import { TalkCard } from './talk-card.js'

/** `id`, or a MAC. */
export function DevicePage({ id }: { id: string }) {
  const { t } = useText()
  const { data: device, error, reload } = useResource<Device>(`/api/devices/${id}`)
  return (
    <>
      <p className="back">
        <Link href="/devices">
          <Icon name="arrowLeft" size={16} /> {t('nav.devices')}
        </Link>
      </p>
      {error?.status === 404 && !device ? (
        <PageHeader title={t('device.notFound')} lead={id} />
      ) : (
        <ErrorNotice error={error} onRetry={reload} />
      )}
      {!device && !error && <Skeleton rows={6} />}
      {device && <DeviceDetails device={device} />}
    </>
  )
}

function DeviceDetails({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  useTitle(deviceTitle(device, translator))
  return (
    <>
      <DeviceHeader device={device} />
      <DeviceBanner device={device} />
      <Tabs
        label={t('device.parts')}
        tabs={[
          { id: 'now', title: t('device.now'), content: <NowCard device={device} /> },
          {
            id: 'traffic',
            title: t('nav.traffic'),
            content: (
              <>
                <DeviceTrafficCard device={device} />
                <TalkCard device={device} />
                <AskedNamesCard device={device} />
              </>
            ),
          },
          {
            id: 'timeline',
            title: t('device.timeline'),
            content: (
              <>
                <DevicePresenceCard device={device} />
                <DeviceHistoryCard device={device} />
              </>
            ),
          },
          { id: 'alerts', title: t('nav.alerts'), content: <DeviceAlertsCard mac={device.mac} /> },
          {
            id: 'details',
            title: t('action.details'),
            content: (
              <div className="grid">
                <IdentityCard device={device} />
                <div className="column">
                  <NamesCard device={device} />
                  <AddressesCard device={device} />
                  <PortScanCard device={device} />
                  <PortHistoryCard device={device} />
                </div>
              </div>
            ),
          },
        ]}
      />
    </>
  )
}
