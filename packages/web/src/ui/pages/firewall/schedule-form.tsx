/** Hours of a week in which something is blocked. Asks the daemon for a plan; nothing is changed by it. */

import { type FormEvent, useState } from 'react'
import type { PlanPost, PlanResponse } from '../../../contract/firewall.js'
import type { ScheduleSlot } from '../../../contract/standing.js'
import { parseTargets } from '../../../contract/target.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { minuteOf, WEEKDAYS, weekdayName } from '../../format/week.js'
import { useAction } from '../../hooks/use-action.js'

const LIFETIME_SECONDS = 7_776_000

export interface ScheduleFormProps {
  /** A MAC of the device that was chosen; empty where none was. */
  device: string
  onPlanned: (plan: PlanResponse) => void
}

export function ScheduleForm({ device, onPlanned }: ScheduleFormProps) {
  const { t, language } = useText()
  const api = useApi()
  const [target, setTarget] = useState(device)
  const [days, setDays] = useState<readonly number[]>(WEEKDAYS)
  const [start, setStart] = useState('21:00')
  const [end, setEnd] = useState('06:00')
  const [slots, setSlots] = useState<ScheduleSlot[]>([])
  const plan = useAction(async (post: PlanPost) =>
    onPlanned(await api.post<PlanResponse>('/api/firewall/plan', post)),
  )
  const targets = parseTargets(target)
  const chosen = days.map((weekday) => ({ weekday, startMinute: minuteOf(start), endMinute: minuteOf(end) }))

  function toggle(day: number): void {
    setDays(days.includes(day) ? days.filter((one) => one !== day) : [...days, day])
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!targets) return
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const schedule = { slots: [...slots, ...chosen], timeZone }
    const whom = device !== '' && target === device ? { device } : { targets }
    void plan.run({ ...whom, schedule, lifetimeSeconds: LIFETIME_SECONDS })
  }

  return (
    <Card title={t('schedule.title')}>
      <p>{t('schedule.text')}</p>
      <form onSubmit={submit} className="stack">
        <Field label={t('firewall.target')} hint={t('firewall.targetHint')}>
          {(attributes) => (
            <input
              {...attributes}
              className="mono"
              value={target}
              required
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTarget(event.target.value)}
            />
          )}
        </Field>
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
        {slots.length > 0 && <SlotList slots={slots} />}
        <ErrorNotice error={plan.error} />
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={plan.isBusy || !targets || slots.length + chosen.length === 0}
          >
            {t('firewall.plan.submit')}
          </button>
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

export function SlotList({ slots }: { slots: readonly ScheduleSlot[] }) {
  const { language } = useText()
  return (
    <ul className="list">
      {WEEKDAYS.map((day) => {
        const ofDay = slots.filter(({ weekday }) => weekday === day)
        return (
          ofDay.length > 0 && (
            <li key={day}>
              <span className="grow">{weekdayName(day, language)}</span>
              <span className="num">{ofDay.map(spanText).join(', ')}</span>
            </li>
          )
        )
      })}
    </ul>
  )
}

function spanText({ startMinute, endMinute }: ScheduleSlot): string {
  return `${timeText(startMinute)}–${timeText(endMinute)}`
}

function timeText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
