/** One device: who it is, what is known of it, what it talks to, what happened to it. */

import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useLive, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Badge } from '../../components/badge.js'
import { PageHeader } from '../../components/card.js'
import { deviceTitle, Presence } from '../../components/device-name.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice, Loading } from '../../components/notice.js'
import { useResource } from '../../hooks/use-resource.js'
import { overlay } from '../../live/state.js'
import { AddressesCard } from './addresses-card.js'
import { DeviceAlertsCard } from './device-alerts-card.js'
import { DeviceTrafficCard } from './device-traffic-card.js'
import { IdentityCard } from './identity-card.js'
import { NamesCard } from './names-card.js'
import { PortHistoryCard } from './port-history-card.js'
import { PortScanCard } from './port-scan-card.js'
import { TalkCard } from './talk-card.js'
import { WakeButton } from './wake-button.js'

/** `id`, or a MAC. */
export function DevicePage({ id }: { id: string }) {
  const { t } = useText()
  const resource = useResource<Device>(`/api/devices/${id}`)
  const live = useLive((state) => state.devices)
  const device = resource.data ? overlay(resource.data, resource.data.id, live, resource.fetchedMs) : null
  return (
    <>
      <p className="back">
        <Link href="/devices">
          <Icon name="arrowLeft" size={16} /> {t('nav.devices')}
        </Link>
      </p>
      {resource.error?.status === 404 && !device ? (
        <PageHeader title={t('device.notFound')} lead={id} />
      ) : (
        <ErrorNotice error={resource.error} onRetry={resource.reload} />
      )}
      {!device && !resource.error && <Loading />}
      {device && <DeviceDetails device={device} />}
    </>
  )
}

function DeviceDetails({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  const { daemon } = useStatus()
  const target = device.addresses.find((address) => !address.ip.includes(':'))?.ip ?? device.mac
  return (
    <>
      <PageHeader
        title={deviceTitle(device, translator)}
        actions={
          !device.isSelf &&
          device.site === daemon?.site && (
            <>
              <WakeButton device={device} />
              <Link href={`/firewall?device=${encodeURIComponent(device.mac)}`} className="button">
                <Icon name="firewall" size={18} />
                {t('device.pause')}
              </Link>
              <Link href={`/firewall?target=${encodeURIComponent(target)}`} className="button">
                {t('device.block')}
              </Link>
            </>
          )
        }
      />
      <p className="row device-state">
        <Presence device={device} />
        <span className="mono">{device.mac}</span>
        {device.isSelf && <Badge>{t('device.self')}</Badge>}
        {device.isGateway && <Badge tone="info">{t('device.gateway')}</Badge>}
        {device.isRandomized && <Badge>{t('device.private')}</Badge>}
        {device.trust === 'ignored' && <Badge>{t('device.ignored')}</Badge>}
        {device.trust === 'known' && <Badge tone="ok">{t('device.known')}</Badge>}
        {device.trust === 'new' && <Badge tone="warning">{t('device.unknown')}</Badge>}
      </p>
      <div className="grid">
        <IdentityCard device={device} />
        <div className="column">
          <AddressesCard device={device} />
          <DeviceAlertsCard mac={device.mac} />
          <NamesCard device={device} />
          <TalkCard device={device} />
          <PortScanCard device={device} />
          <PortHistoryCard device={device} />
        </div>
        <DeviceTrafficCard device={device} />
      </div>
    </>
  )
}
