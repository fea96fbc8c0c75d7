/** Whom a block is about: the device where all that is blocked belongs to one, else the addresses. */

import type { DevicesResponse } from '../../contract/devices.js'
import { useText } from '../app/services.js'
import { useResource } from '../hooks/use-resource.js'
import { deviceTitle } from './device-name.js'

export function useTargetName(targets: readonly string[]): string {
  const translator = useText()
  const [first = ''] = targets
  const isOne = first !== '' && !first.includes('/')
  const { data } = useResource<DevicesResponse>(isOne ? '/api/devices' : null, {
    q: first,
    shown: 'all',
    pageSize: 20,
  })
  const device = data?.devices.find(({ macs, addresses }) => {
    const own = [...macs.map(({ mac }) => mac), ...addresses.map(({ ip }) => ip)]
    return targets.every((target) => own.includes(target))
  })
  return device ? deviceTitle(device, translator) : targets.join(', ')
}
