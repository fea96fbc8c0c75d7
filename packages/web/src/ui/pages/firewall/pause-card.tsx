/** Pauses a device with all its MACs and addresses. A press plans it; nothing is changed by that. */

import type { Device } from '../../../contract/devices.js'
import type { PlanPost, PlanResponse } from '../../../contract/firewall.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { deviceTitle } from '../../components/device-name.js'
import { ErrorNotice } from '../../components/notice.js'
import { secondsUntilMorning } from '../../format/morning.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const HALF_HOUR_SECONDS = 1800
const LONGEST_SECONDS = 604_800

const CHOICES = [
  { label: 'pause.halfHour', seconds: () => HALF_HOUR_SECONDS },
  { label: 'pause.tomorrow', seconds: () => secondsUntilMorning(Date.now()) },
  { label: 'pause.longest', seconds: () => LONGEST_SECONDS },
] as const

export interface PauseCardProps {
  mac: string
  onPlanned: (plan: PlanResponse) => void
}

export function PauseCard({ mac, onPlanned }: PauseCardProps) {
  const translator = useText()
  const { t } = translator
  const api = useApi()
  const { data: device, error } = useResource<Device>(`/api/devices/${mac}`)
  const plan = useAction(async (post: PlanPost) =>
    onPlanned(await api.post<PlanResponse>('/api/firewall/plan', post)),
  )
  const name = device ? deviceTitle(device, translator) : mac
  return (
    <Card title={t('pause.title', { name })}>
      <p>{t('pause.text')}</p>
      <div className="row">
        {CHOICES.map(({ label, seconds }) => (
          <DaemonButton
            key={label}
            className="button"
            disabled={plan.isBusy}
            onClick={() =>
              void plan.run({ device: mac, lifetimeSeconds: seconds(), reason: t('pause.reason') })
            }
          >
            {t(label)}
          </DaemonButton>
        ))}
        <span className="muted">{t('firewall.plan.harmless')}</span>
      </div>
      <ErrorNotice error={plan.error ?? error} />
    </Card>
  )
}
