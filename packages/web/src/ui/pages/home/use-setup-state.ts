/** Which steps of the first run are done, by what the API says. */

import type { BindingsResponse } from '../../../contract/alerts.js'
import { tellsSomebody } from '../../../contract/channel-audience.js'
import type { ChannelsResponse } from '../../../contract/channels.js'
import type { Device, DevicesResponse } from '../../../contract/devices.js'
import type { SetupResponse } from '../../../contract/setup.js'
import { useStatus } from '../../app/status.js'
import { useResource } from '../../hooks/use-resource.js'

export interface SetupState {
  done: Record<'watch' | 'scan' | 'devices' | 'router' | 'notify' | 'drill', boolean>
  routers: Device[]
}

const REFRESH_MS = 10_000

/** Null until it is known. */
export function useSetupState(): SetupState | null {
  const { sensors, daemon } = useStatus()
  const refresh = { refreshMs: REFRESH_MS }
  const setup = useResource<SetupResponse>('/api/setup', {}, refresh).data
  const strangers = useResource<DevicesResponse>('/api/devices', { trust: 'new', pageSize: 1 }).data
  const all = useResource<DevicesResponse>('/api/devices', { pageSize: 1 }).data
  const routers = useResource<DevicesResponse>('/api/devices', { gateway: true, pageSize: 5 }).data
  const channels = useResource<ChannelsResponse>('/api/channels', {}, refresh).data
  const bindings = useResource<BindingsResponse>(daemon ? '/api/bindings' : null, {}, refresh).data
  if (!setup || !strangers || !all || !routers || !channels || !bindings) return null
  const isPinned = ({ addresses, macs }: Device) =>
    addresses.some(({ ip }) =>
      bindings.bindings.some((one) => one.ip === ip && macs.some(({ mac }) => mac === one.mac)),
    )
  return {
    routers: routers.devices,
    done: {
      watch: sensors.some(({ state }) => state === 'running'),
      scan: setup.firstScanMs !== null,
      devices: all.total > 0 && strangers.total === 0,
      router: routers.devices.some(isPinned),
      notify: channels.channels.some(tellsSomebody),
      drill: setup.firstDrillMs !== null,
    },
  }
}
