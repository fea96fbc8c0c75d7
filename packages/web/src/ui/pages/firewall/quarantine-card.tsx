/** The quarantine of newcomers: making one, and letting in whoever waits. */

import { type FormEvent, useState } from 'react'
import type { FirewallBlock, PlanPost, PlanResponse, WaitingResponse } from '../../../contract/firewall.js'
import type { SnifferStatus } from '../../../contract/sniff.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { deviceTitle, MacLink } from '../../components/device-name.js'
import { SelectField } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const LIFETIME_SECONDS = 7_776_000
const REFRESH_MS = 5_000

export function QuarantineForm({ onPlanned }: { onPlanned: (plan: PlanResponse) => void }) {
  const { t } = useText()
  const api = useApi()
  const { data } = useResource<SnifferStatus>('/api/sniff')
  const names = data?.sensors.map((sensor) => sensor.interface) ?? []
  const [link, setLink] = useState('')
  const [admit, setAdmit] = useState<'seen' | 'known'>('seen')
  const plan = useAction(async (post: PlanPost) =>
    onPlanned(await api.post<PlanResponse>('/api/firewall/plan', post)),
  )
  const chosen = link || names[0]

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!chosen) return
    void plan.run({ quarantine: { interfaces: [chosen], admit }, lifetimeSeconds: LIFETIME_SECONDS })
  }

  return (
    <Card title={t('quarantine.title')}>
      <p>{t('quarantine.text')}</p>
      <form onSubmit={submit} className="stack">
        <div className="columns">
          <SelectField
            label={t('device.interface')}
            value={chosen ?? ''}
            options={names.map((name) => ({ value: name, label: name }))}
            onChange={setLink}
          />
          <SelectField
            label={t('quarantine.admit')}
            value={admit}
            options={[
              { value: 'seen', label: t('quarantine.seen') },
              { value: 'known', label: t('quarantine.known') },
            ]}
            onChange={(value) => setAdmit(value === 'known' ? 'known' : 'seen')}
          />
        </div>
        <ErrorNotice error={plan.error} />
        <div className="row">
          <DaemonButton type="submit" className="button primary" disabled={plan.isBusy || !chosen}>
            {t('firewall.plan.submit')}
          </DaemonButton>
          <span className="muted">{t('firewall.plan.harmless')}</span>
        </div>
      </form>
    </Card>
  )
}

export interface WaitingCardProps {
  block: FirewallBlock
  onChanged: (block: FirewallBlock) => void
}

export function WaitingCard({ block, onChanged }: WaitingCardProps) {
  const translator = useText()
  const { t } = translator
  const api = useApi()
  const waiting = useResource<WaitingResponse>('/api/firewall/waiting', {}, { refreshMs: REFRESH_MS })
  const admit = useAction(async (device: string) =>
    onChanged(await api.post<FirewallBlock>('/api/firewall/admit', { blockId: block.id, device })),
  )
  const { devices = [], total } = waiting.data ?? {}
  return (
    <Card title={t('quarantine.waiting')} actions={<span className="muted">{total}</span>}>
      {!waiting.data && !waiting.error && <Skeleton />}
      {total === 0 && <p className="muted">{t('quarantine.none')}</p>}
      <ul className="list">
        {devices.map((device) => (
          <li key={device.id}>
            <span className="grow">
              {deviceTitle(device, translator)} <MacLink mac={device.mac} />
            </span>
            <Age atMs={device.firstSeenMs} />
            <DaemonButton
              className="button"
              disabled={admit.isBusy}
              onClick={() => void admit.run(device.mac)}
            >
              {t('quarantine.letIn')}
            </DaemonButton>
          </li>
        ))}
      </ul>
      <ErrorNotice error={waiting.error ?? admit.error} />
    </Card>
  )
}
