/** What is wrong with a device now: it is in an open incident, or it is blocked. */

import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import { useFirewall } from '../../app/firewall.js'
import { useText } from '../../app/services.js'
import { Notice } from '../../components/notice.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 3

export function DeviceBanner({ device }: { device: Device }) {
  const { t } = useText()
  const { data } = useResource<IncidentsResponse>('/api/incidents', {
    ...{ mac: device.mac, state: 'open', sort: '-severity', pageSize: SHOWN },
  })
  const isBlocked = useIsBlocked(device)
  return (
    <>
      {isBlocked && (
        <Notice tone="critical">
          <strong>{t('device.isBlocked')}</strong> <Link href="/firewall">{t('action.details')}</Link>
        </Notice>
      )}
      {data?.incidents.map(({ id, severity, sentence }) => (
        <Notice key={id} tone={severity === 'info' ? 'info' : 'critical'}>
          <strong>{sentence}</strong> <Link href={`/incidents/${id}`}>{t('home.investigate')}</Link>
        </Notice>
      ))}
    </>
  )
}

function useIsBlocked({ macs, addresses }: Device): boolean {
  const { firewall } = useFirewall()
  const own = [...macs.map(({ mac }) => mac), ...addresses.map(({ ip }) => ip)]
  const isInForce = (state: string) => state === 'applied' || state === 'confirmed'
  return (
    firewall?.blocks.some(
      ({ state, targets }) => isInForce(state) && targets.some((target) => own.includes(target)),
    ) ?? false
  )
}
