/**
 * What a plan does, in one sentence, what it would have cut, and the daemon's warnings; the exact rules folded. Applying
 * needs the name or an address of the device typed once more.
 */

import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { ApplyPost, FirewallBlock, PlanResponse } from '../../../contract/firewall.js'
import { isConfirmation } from '../../../contract/target.js'
import { useApi, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Facts } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice, Notice } from '../../components/notice.js'
import { formatCountdown, formatDuration } from '../../format/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useNow } from '../../hooks/use-now.js'
import { CutList } from './cut-list.js'

export interface PlanReviewProps {
  plan: PlanResponse
  onApplied: (block: FirewallBlock) => void
  onCancelled: () => void
}

export function PlanReview({ plan, onApplied, onCancelled }: PlanReviewProps) {
  const { t, plural, language } = useText()
  const { clockOffsetMs } = useStatus()
  const remainingMs = plan.tokenExpiresMs - (useNow(1000) + clockOffsetMs)
  const [deviceName] = plan.deviceNames
  const targets = (plan.targets.length > 0 ? plan.targets : plan.deviceNames).join(', ')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card" aria-labelledby="plan-heading">
      <div className="card-head">
        <h2 id="plan-heading" ref={heading} tabIndex={-1}>
          {t('firewall.review.title', { target: deviceName ?? targets })}
        </h2>
      </div>
      <Notice tone={plan.cutsInternet ? 'critical' : 'info'}>
        <strong>{plan.scope}</strong>
      </Notice>
      <CutList cut={plan.wouldHaveCut} />
      {plan.warnings.map((warning) => (
        <Notice key={warning} tone="warning">
          {warning}
        </Notice>
      ))}
      <Facts
        items={[
          { name: t('firewall.target'), value: <span className="mono">{targets}</span> },
          { name: t('firewall.lifetime'), value: formatDuration(plan.lifetimeSeconds * 1000, language) },
          { name: t('firewall.confirmTime'), value: formatDuration(plan.confirmSeconds * 1000, language) },
          { name: t('firewall.planValid'), value: formatCountdown(remainingMs) },
        ]}
      />
      <details>
        <summary>{plural('firewall.rules', plan.addedRules.length)}</summary>
        <h3>{t('firewall.added')}</h3>
        <Rules label={t('firewall.added')} text={plan.addedRules.join('\n')} />
        <h3>{t('firewall.complete')}</h3>
        <h4>IPv4</h4>
        <Rules label="IPv4" text={plan.ipv4Rules} />
        <h4>IPv6</h4>
        <Rules label="IPv6" text={plan.ipv6Rules} />
      </details>
      {remainingMs > 0 ? (
        <ApplyForm plan={plan} onApplied={onApplied} onCancelled={onCancelled} />
      ) : (
        <>
          <Notice tone="warning">{t('firewall.planExpired')}</Notice>
          <button type="button" className="button" onClick={onCancelled}>
            {t('firewall.planAgain')}
          </button>
        </>
      )}
    </section>
  )
}

/** Scrolls sideways; the keyboard can reach it to scroll. */
function Rules({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1)
    <section className="rules" aria-label={label} tabIndex={0}>
      <pre>{text || '–'}</pre>
    </section>
  )
}

function ApplyForm({ plan, onApplied, onCancelled }: PlanReviewProps) {
  const { t } = useText()
  const api = useApi()
  const [confirmation, setConfirmation] = useState('')
  const apply = useAction(async (post: ApplyPost) =>
    onApplied(await api.post<FirewallBlock>('/api/firewall/apply', post)),
  )
  const isTyped = isConfirmation(confirmation, plan.targets, plan.deviceNames)

  const [name] = plan.targets.length > 0 ? plan.deviceNames : []
  const [target = ''] = [...plan.targets, ...plan.deviceNames]
  const label =
    name === undefined ? t('firewall.type', { target }) : t('firewall.typeEither', { name, target })

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isTyped) void apply.run({ token: plan.token, confirmation: confirmation.trim() })
  }

  return (
    <form onSubmit={submit} className="stack apply">
      <Field label={label} hint={t('firewall.typeHint')}>
        {(attributes) => (
          <input
            {...attributes}
            className="mono"
            value={confirmation}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setConfirmation(event.target.value)}
          />
        )}
      </Field>
      <ErrorNotice error={apply.error} />
      <div className="row">
        <DaemonButton type="submit" className="button danger" disabled={!isTyped || apply.isBusy}>
          {t('firewall.apply')}
        </DaemonButton>
        <button type="button" className="button" onClick={onCancelled}>
          {t('action.cancel')}
        </button>
      </div>
    </form>
  )
}
