/** A MAC with the name of its device, where there is one. */

import { Link } from 'wouter'
import type { Device, DevicesResponse } from '../../contract/devices.js'
import { useText } from '../app/services.js'
import { useResource } from '../hooks/use-resource.js'
import { deviceLink, deviceTitle } from './device-name.js'

/** Null until it is known, and for a MAC that is no device. */
export function useDeviceOf(mac: string): Device | null {
  // A search, because a forged MAC is no device and that is not an error.
  const { data } = useResource<DevicesResponse>('/api/devices', { q: mac, shown: 'all', pageSize: 1 })
  return data?.devices.find((one) => one.mac === mac || one.macs.some((other) => other.mac === mac)) ?? null
}

export function DeviceRef({ mac }: { mac: string }) {
  const translator = useText()
  const device = useDeviceOf(mac)
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
