/** Blocking, in steps that can each be taken back: plan, apply with the target typed again, keep or undo. */

import { useState } from 'react'
import { useSearchParams } from 'wouter'
import type {
  AuditResponse,
  FirewallBlock,
  FirewallResponse,
  PlanResponse,
} from '../../../contract/firewall.js'
import { useFirewall } from '../../app/firewall.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { PageHeader } from '../../components/card.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { useResource } from '../../hooks/use-resource.js'
import { AuditCard } from './audit-card.js'
import { BindingsCard } from './bindings-card.js'
import { BlocksCard } from './blocks-card.js'
import { DisabledCard } from './disabled-card.js'
import { PauseCard } from './pause-card.js'
import { PlanForm } from './plan-form.js'
import { PlanReview } from './plan-review.js'
import { QuarantineForm, WaitingCard } from './quarantine-card.js'
import { ScheduleForm } from './schedule-form.js'

export function FirewallPage() {
  const { t } = useText()
  const { resource, firewall, changed } = useFirewall()
  const { isDaemonConnected } = useStatus()
  const [params] = useSearchParams()
  const paused = params.get('device')
  const [plan, setPlan] = useState<PlanResponse | null>(null)
  const audit = useResource<AuditResponse>('/api/firewall/audit')

  const isUnknown = !firewall && isDaemonConnected === false
  const quarantine = firewall?.blocks.find(({ policy }) => policy?.kind === 'quarantine')
  const mayMake = (kind: FirewallResponse['allowedPolicies'][number]) =>
    !plan && firewall?.isEnabled && firewall.allowedPolicies.includes(kind)

  /** A plan is in the history, too. */
  function planned(made: PlanResponse): void {
    setPlan(made)
    audit.reload()
  }

  function applied(block: FirewallBlock): void {
    setPlan(null)
    changed(block)
  }

  return (
    <>
      <PageHeader title={t('nav.firewall')} lead={t('firewall.lead')} />
      {isUnknown ? (
        <Empty icon="firewall" title={t('daemon.unknown')} text={t('firewall.awayHint')} />
      ) : (
        <ErrorNotice error={firewall ? null : resource.error} onRetry={resource.reload} />
      )}
      {!firewall && !resource.error && <Skeleton rows={6} />}
      {firewall && !firewall.isEnabled && <DisabledCard detail={firewall.detail} />}
      {firewall && (firewall.isEnabled || firewall.blocks.length > 0) && (
        <BlocksCard firewall={firewall} onChanged={applied} />
      )}
      {firewall?.isEnabled && !plan && paused && <PauseCard mac={paused} onPlanned={planned} />}
      {firewall?.isEnabled && !plan && <PlanForm onPlanned={planned} />}
      {firewall && quarantine && <WaitingCard block={quarantine} onChanged={applied} />}
      {mayMake('schedule') && <ScheduleForm key={paused} device={paused ?? ''} onPlanned={planned} />}
      {mayMake('quarantine') && !quarantine && <QuarantineForm onPlanned={planned} />}
      {firewall?.isEnabled && plan && (
        <PlanReview plan={plan} onApplied={applied} onCancelled={() => setPlan(null)} />
      )}
      {!isUnknown && <BindingsCard />}
      {firewall && <AuditCard audit={audit} />}
    </>
  )
}
