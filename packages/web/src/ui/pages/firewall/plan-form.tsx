/** Asks the daemon for the rules of a block. Nothing is changed by it. */

import { type FormEvent, useState } from 'react'
import { useSearchParams } from 'wouter'
import type { PlanPost, PlanResponse } from '../../../contract/firewall.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { formatDuration } from '../../format/time.js'
import { useAction } from '../../hooks/use-action.js'
import { TargetField, targetsOf, type Whom } from './target-field.js'

const LIFETIMES_SECONDS = [900, 3600, 28_800, 86_400, 604_800]
const CONFIRM_SECONDS = [30, 60, 120, 300]

export function PlanForm({ onPlanned }: { onPlanned: (plan: PlanResponse) => void }) {
  const { t } = useText()
  const api = useApi()
  const [params] = useSearchParams()
  const [whom, setWhom] = useState<Whom>({ text: params.get('target') ?? '' })
  const [lifetimeSeconds, setLifetimeSeconds] = useState(3600)
  const [confirmSeconds, setConfirmSeconds] = useState(60)
  const [reason, setReason] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const plan = useAction(async (post: PlanPost) =>
    onPlanned(await api.post<PlanResponse>('/api/firewall/plan', post)),
  )
  const target = targetsOf(whom)

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsChecked(true)
    if (!target) return
    const post: PlanPost = { ...target, lifetimeSeconds, confirmSeconds }
    void plan.run(reason.trim() ? { ...post, reason: reason.trim() } : post)
  }

  return (
    <Card title={t('firewall.plan.title')}>
      <form onSubmit={submit} className="stack">
        <TargetField
          whom={whom}
          onChange={setWhom}
          error={
            isChecked && !target ? t('firewall.targetWrong') : (plan.error?.fieldError('targets') ?? null)
          }
        />
        <div className="columns">
          <SecondsField
            label={t('firewall.lifetime')}
            choices={LIFETIMES_SECONDS}
            value={lifetimeSeconds}
            onChange={setLifetimeSeconds}
          />
          <SecondsField
            label={t('firewall.confirmTime')}
            hint={t('firewall.confirmTimeHint')}
            choices={CONFIRM_SECONDS}
            value={confirmSeconds}
            onChange={setConfirmSeconds}
          />
        </div>
        <Field label={t('firewall.reason')} hint={t('firewall.reasonHint')}>
          {(attributes) => (
            <input
              {...attributes}
              value={reason}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <ErrorNotice error={plan.error} />
        <div className="row">
          <DaemonButton
            type="submit"
            className="button primary"
            disabled={plan.isBusy || ('text' in whom && whom.text.trim() === '')}
          >
            {t('firewall.plan.submit')}
          </DaemonButton>
          <span className="muted">{t('firewall.plan.harmless')}</span>
        </div>
      </form>
    </Card>
  )
}

interface SecondsFieldProps {
  label: string
  hint?: string
  choices: number[]
  value: number
  onChange: (seconds: number) => void
}

function SecondsField({ label, hint, choices, value, onChange }: SecondsFieldProps) {
  const { language } = useText()
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={(event) => onChange(Number(event.target.value))}>
          {choices.map((seconds) => (
            <option key={seconds} value={seconds}>
              {formatDuration(seconds * 1000, language)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
