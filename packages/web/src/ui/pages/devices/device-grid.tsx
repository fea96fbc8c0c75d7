/** Devices as tiles: a picture, a name, whether it is there, its address. */

import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceLink, deviceTitle, Presence } from '../../components/device-name.js'
import { DeviceBadges } from './device-columns.js'

export function DeviceGrid({ devices }: { devices: readonly Device[] }) {
  const translator = useText()
  return (
    <ul className="device-grid">
      {devices.map((device) => (
        <li key={device.id} className="card">
          <span className={`device-icon presence-${device.presence}`}>
            <DeviceIcon device={device} size={28} />
          </span>
          <div className="grow">
            <Link href={deviceLink(device.id)} className="strong">
              {deviceTitle(device, translator)}
            </Link>
            <span className="sub mono">{device.addresses[0]?.ip ?? device.mac}</span>
            <Presence device={device} />
            <DeviceBadges device={device} />
          </div>
        </li>
      ))}
    </ul>
  )
}
