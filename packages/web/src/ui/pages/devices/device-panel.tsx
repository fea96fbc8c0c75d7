/** A device at the side of the list: what one wants to know of it at a glance. */

import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Facts } from '../../components/card.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceLink, deviceTitle, Presence } from '../../components/device-name.js'
import { SidePanel } from '../../components/side-panel.js'
import { Age } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'
import { translateWord } from '../../i18n/language.js'
import { DeviceBanner } from './device-banner.js'
import { DeviceRate, type Rates } from './device-rate.js'
import { TrustSelect } from './trust-select.js'

export interface DevicePanelProps {
  device: Device
  rates: Rates | undefined
  onClose: () => void
}

export function DevicePanel({ device, rates, onClose }: DevicePanelProps) {
  const translator = useText()
  const { t, language } = translator
  const type = device.type ?? device.deviceType
  return (
    <SidePanel title={deviceTitle(device, translator)} onClose={onClose}>
      <p className="row">
        <span className={`device-icon presence-${device.presence}`}>
          <DeviceIcon device={device} size={30} />
        </span>
        <Presence device={device} />
        <span className="muted">
          <Age atMs={device.lastSeenMs} />
        </span>
      </p>
      <DeviceBanner device={device} />
      <TrustSelect device={device} />
      <Facts
        items={[
          { name: t('device.type'), value: type ? translateWord(translator, 'deviceType', type) : '–' },
          { name: t('device.vendor'), value: device.vendor ?? '–' },
          {
            name: t('device.addresses'),
            value: device.addresses.map(({ ip }) => (
              <span key={ip} className="sub mono">
                {ip}
              </span>
            )),
          },
          { name: 'MAC', value: <span className="mono">{device.mac}</span> },
          {
            name: t('device.traffic'),
            value: formatBytes(device.txBytes + device.rxBytes, language),
          },
          { name: t('devices.rate'), value: <DeviceRate rates={rates} /> },
        ]}
      />
      <p>
        <Link href={deviceLink(device.id)} className="button primary">
          {t('devices.open')}
        </Link>
      </p>
    </SidePanel>
  )
}
