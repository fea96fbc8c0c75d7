/** What a person says of a device: sent, and the answer laid over everything shown. */

import type { Device, DevicePatch } from '../../contract/devices.js'
import { useServices } from '../app/services.js'
import { useAction } from './use-action.js'

export function usePatchDevice(id: number) {
  const { api, live } = useServices()
  return useAction(async (patch: DevicePatch) => {
    const device = await api.patch<Device>(`/api/devices/${id}`, patch)
    live.push({ type: 'device', device })
  })
}
