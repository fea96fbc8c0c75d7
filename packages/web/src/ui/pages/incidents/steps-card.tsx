/** What to do, one after the other, each step with its button. */

import type { Severity } from '@netwatcher/shared'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlertRecord } from '../../../contract/alerts.js'
import type { Device } from '../../../contract/devices.js'
import type { IncidentRecord } from '../../../contract/incidents.js'
import { useFirewall } from '../../app/firewall.js'
import { useServices, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { deviceInSentence } from '../../components/device-name.js'
import { useDeviceOf } from '../../components/device-ref.js'
import { ErrorNotice } from '../../components/notice.js'
import { type Bindings, PinButton, useBindings } from '../../components/pin-button.js'
import { useAction } from '../../hooks/use-action.js'

/** More suspects at once are a flood, which no block ends. */
const MOST_SUSPECTS = 3
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

export interface StepsCardProps {
  incident: IncidentRecord
  alerts: AlertRecord[]
  /** The last step. */
  children: ReactNode
}

export function StepsCard({ incident, alerts, children }: StepsCardProps) {
  const { t } = useText()
  const bindings = useBindings()
  const suspects = macsOf(incident, 'suspect').slice(0, MOST_SUSPECTS)
  const [holder] = incident.parties.filter(
    ({ role, mac, ip }) => role === 'holder' && mac !== '' && ip !== '',
  )
  const isAttack = RANK[incident.severity] > RANK.info
  return (
    <Card title={t('incident.steps')}>
      <ol className="steps">
        {adviceOf(alerts).map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
        {suspects.map((mac) =>
          isAttack ? <BlockStep key={mac} mac={mac} /> : <KnowStep key={mac} mac={mac} />,
        )}
        {isAttack && holder && <PinStep ip={holder.ip} mac={holder.mac} bindings={bindings} />}
        {children}
      </ol>
      <ErrorNotice error={bindings.error} />
    </Card>
  )
}

function macsOf({ parties }: IncidentRecord, wanted: string): string[] {
  const macs = parties.filter(({ role, mac }) => role === wanted && mac !== '').map(({ mac }) => mac)
  return [...new Set(macs)]
}

/** Of the worst alerts. */
function adviceOf(alerts: AlertRecord[]): string[] {
  const worst = Math.max(...alerts.map(({ severity }) => RANK[severity]))
  const advice = alerts.filter(({ severity }) => RANK[severity] === worst).map((alert) => alert.advice)
  return [...new Set(advice)].filter((text) => text !== '').slice(0, 2)
}

function useNameOf(mac: string): { name: string; device: Device | null } {
  const translator = useText()
  const device = useDeviceOf(mac)
  return { name: deviceInSentence(device, mac, translator), device }
}

/** Offered for suspects alone. */
function BlockStep({ mac }: { mac: string }) {
  const { t } = useText()
  const { firewall } = useFirewall()
  const { name } = useNameOf(mac)
  if (firewall?.blocks.some(({ targets }) => targets.includes(mac))) {
    return (
      <li>
        {t('incident.step.blocked', { name })} <Link href="/firewall">{t('action.details')}</Link>
      </li>
    )
  }
  if (firewall?.isEnabled === false) return <li>{t('incident.step.blockOff', { name })}</li>
  return (
    <li>
      {t('incident.step.block', { name })}{' '}
      <Link href={`/firewall?target=${encodeURIComponent(mac)}`} className="button small">
        {t('device.block')}
      </Link>
    </li>
  )
}

function PinStep({ ip, mac, bindings }: { ip: string; mac: string; bindings: Bindings }) {
  const { t } = useText()
  const { name } = useNameOf(mac)
  return (
    <li>
      {t('incident.step.pin', { ip, name })} <PinButton ip={ip} mac={mac} bindings={bindings} />
    </li>
  )
}

function KnowStep({ mac }: { mac: string }) {
  const { t } = useText()
  const { api, live } = useServices()
  const { name, device } = useNameOf(mac)
  const know = useAction(async () => {
    live.push({
      type: 'device',
      device: await api.patch<Device>(`/api/devices/${mac}`, { trust: 'known' }),
    })
  })
  if (device?.trust !== 'new') return null
  return (
    <li>
      {t('incident.step.known', { name })}{' '}
      <button type="button" className="button small" disabled={know.isBusy} onClick={() => void know.run()}>
        {t('incident.step.know')}
      </button>
      <ErrorNotice error={know.error} />
    </li>
  )
}
