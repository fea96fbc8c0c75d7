/** Hours of a week in which something is blocked. Asks the daemon for a plan; nothing is changed by it. */

import { type FormEvent, useState } from 'react'
import type { PlanPost, PlanResponse } from '../../../contract/firewall.js'
import type { ScheduleSlot } from '../../../contract/standing.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { minuteOf, WEEKDAYS, weekdayName } from '../../format/week.js'
import { useAction } from '../../hooks/use-action.js'
import { TargetField, targetsOf, type Whom } from './target-field.js'
import { WeekView } from './week-view.js'

const LIFETIME_SECONDS = 7_776_000

export interface ScheduleFormProps {
  /** A MAC of the device that was chosen; empty where none was. */
  device: string
  onPlanned: (plan: PlanResponse) => void
}

export function ScheduleForm({ device, onPlanned }: ScheduleFormProps) {
  const { t, language } = useText()
  const api = useApi()
  const [whom, setWhom] = useState<Whom>(device === '' ? { text: '' } : { device })
  const [isChecked, setIsChecked] = useState(false)
  const [days, setDays] = useState<readonly number[]>(WEEKDAYS)
  const [start, setStart] = useState('21:00')
  const [end, setEnd] = useState('06:00')
  const [slots, setSlots] = useState<ScheduleSlot[]>([])
  const plan = useAction(async (post: PlanPost) =>
    onPlanned(await api.post<PlanResponse>('/api/firewall/plan', post)),
  )
  const target = targetsOf(whom)
  const chosen = days.map((weekday) => ({ weekday, startMinute: minuteOf(start), endMinute: minuteOf(end) }))

  function toggle(day: number): void {
    setDays(days.includes(day) ? days.filter((one) => one !== day) : [...days, day])
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsChecked(true)
    if (!target) return
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const schedule = { slots: [...slots, ...chosen], timeZone }
    void plan.run({ ...target, schedule, lifetimeSeconds: LIFETIME_SECONDS })
  }

  return (
    <Card title={t('schedule.title')}>
      <p>{t('schedule.text')}</p>
      <form onSubmit={submit} className="stack">
        <TargetField
          whom={whom}
          onChange={setWhom}
          error={
            isChecked && !target ? t('firewall.targetWrong') : (plan.error?.fieldError('targets') ?? null)
          }
        />
        <fieldset className="row">
          <legend>{t('schedule.days')}</legend>
          {WEEKDAYS.map((day) => (
            <label key={day}>
              <input type="checkbox" checked={days.includes(day)} onChange={() => toggle(day)} />
              {weekdayName(day, language)}
            </label>
          ))}
        </fieldset>
        <div className="columns">
          <TimeField label={t('schedule.from')} value={start} onChange={setStart} />
          <TimeField label={t('schedule.until')} value={end} onChange={setEnd} />
        </div>
        <WeekView slots={[...slots, ...chosen]} />
        <ErrorNotice error={plan.error} />
        <div className="row">
          <DaemonButton
            type="submit"
            className="button primary"
            disabled={plan.isBusy || slots.length + chosen.length === 0}
          >
            {t('firewall.plan.submit')}
          </DaemonButton>
          <button
            type="button"
            className="button"
            disabled={chosen.length === 0}
            onClick={() => setSlots([...slots, ...chosen])}
          >
            {t('schedule.more')}
          </button>
          <span className="muted">{t('firewall.plan.harmless')}</span>
        </div>
      </form>
    </Card>
  )
}

function TimeField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (time: string) => void
}) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          type="time"
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
