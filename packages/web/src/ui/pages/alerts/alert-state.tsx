/** Whether an alert goes on. What happens once, such as a new device, neither goes on nor ends. */

import type { AlertKind } from '@netwatcher/shared'
import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'

const MOMENTARY: ReadonlySet<AlertKind> = new Set([
  'conflict_avoided',
  'dhcp_release_spoof',
  'drill',
  'fhrp_failover',
  'gateway_mac_changed',
  'mac_changed',
  'multi_homed',
  'new_device',
  'new_router',
  'stp_root_change',
  'watch_stopped',
])

export function isMomentary(kind: AlertKind): boolean {
  return MOMENTARY.has(kind)
}

export function AlertState({ alert }: { alert: Pick<AlertRecord, 'kind' | 'severity' | 'state'> }) {
  const { t } = useText()
  if (isMomentary(alert.kind)) return null
  return (
    <Badge tone={alert.state === 'active' ? alert.severity : 'neutral'}>{t(`alert.${alert.state}`)}</Badge>
  )
}
