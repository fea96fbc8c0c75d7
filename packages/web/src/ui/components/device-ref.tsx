/** A MAC with the name of its device, where there is one. */

import { Link } from 'wouter'
import type { DevicesResponse } from '../../contract/devices.js'
import { useText } from '../app/services.js'
import { useResource } from '../hooks/use-resource.js'
import { deviceLink, deviceTitle } from './device-name.js'

export function DeviceRef({ mac }: { mac: string }) {
  const translator = useText()
  // A search, because a forged MAC is no device and that is not an error.
  const { data } = useResource<DevicesResponse>('/api/devices', { q: mac, pageSize: 1 })
  const device = data?.devices.find((one) => one.mac === mac)
  if (!device) return <span className="mono">{mac}</span>
  return (
    <>
      <Link href={deviceLink(mac)} className="strong">
        {deviceTitle(device, translator)}
      </Link>
      <span className="sub mono">{mac}</span>
    </>
  )
}
