/** What a channel tells, and when: its rules, kept as a draft until they are saved. */

import { SEVERITIES } from '@netwatcher/shared'
import type { FormEvent } from 'react'
import type { ChannelRecord, HappeningKind, Rules } from '../../../contract/channels.js'
import { useDraft } from '../../app/drafts.js'
import { useApi, useText } from '../../app/services.js'
import { Field, SelectField } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { TemplateFields } from './template-fields.js'
import { toggled, WhomFields } from './whom-fields.js'

/** The contract's, which the page may not import: schemas need what its policy forbids. */
const EVENTS: Record<HappeningKind, true> = {
  incident: true,
  incident_ended: true,
  device_new: true,
  device_gone: true,
  device_back: true,
  sensor: true,
  internet: true,
  port_opened: true,
  quota: true,
  note: true,
}
const isEvent = (name: string): name is HappeningKind => name in EVENTS
const SPANS = ['quiet', 'hours'] as const
/** With the most of each, as the contract has it. */
const NUMBERS = { digestMinutes: 1440, learningMinutes: 20_160, perMinute: 6000 } as const
type NumberField = keyof typeof NUMBERS
const NUMBER_FIELDS: readonly NumberField[] = ['digestMinutes', 'learningMinutes', 'perMinute']

export interface RulesFormProps {
  channel: ChannelRecord
  onChange: () => void
}

export function RulesForm({ channel, onChange }: RulesFormProps) {
  const { t } = useText()
  const api = useApi()
  const { value: rules, set, drop } = useDraft(`rules ${channel.id}`, channel.rules)
  const change = (changes: Partial<Rules>) => set({ ...rules, ...changes })
  const save = useAction(async () => {
    await api.patch(`/api/channels/${channel.id}`, { rules })
    drop()
    onChange()
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    void save.run()
  }

  return (
    <form className="stack" onSubmit={submit}>
      <fieldset className="row">
        <legend>{t('notify.rules.events')}</legend>
        {Object.keys(EVENTS)
          .filter(isEvent)
          .map((event) => (
            <label key={event}>
              <input
                type="checkbox"
                checked={rules.events.includes(event)}
                onChange={() => change({ events: toggled(rules.events, event) })}
              />{' '}
              {t(`notify.event.${event}`)}
            </label>
          ))}
      </fieldset>
      <SelectField
        label={t('notify.rules.minSeverity')}
        value={rules.minSeverity}
        options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
        onChange={(value) =>
          change({ minSeverity: SEVERITIES.find((one) => one === value) ?? rules.minSeverity })
        }
      />
      <WhomFields rules={rules} onChange={change} />
      {SPANS.map((name) => (
        <SpanField key={name} name={name} span={rules[name]} onChange={(span) => change({ [name]: span })} />
      ))}
      <div className="columns">
        {NUMBER_FIELDS.map((field) => (
          <Field key={field} label={t(`notify.rules.${field}`)}>
            {(attributes) => (
              <input
                {...attributes}
                type="number"
                required
                min={field === 'perMinute' ? 1 : 0}
                max={NUMBERS[field]}
                value={rules[field]}
                onChange={(event) => change({ [field]: Number(event.target.value) })}
              />
            )}
          </Field>
        ))}
      </div>
      <TemplateFields rules={rules} onChange={change} />
      <ErrorNotice error={save.error} />
      <div className="row">
        <button
          type="submit"
          className="button primary"
          disabled={save.isBusy || rules === channel.rules || rules.events.length === 0}
        >
          {t('action.save')}
        </button>
        <button type="button" className="button" disabled={rules === channel.rules} onClick={drop}>
          {t('action.cancel')}
        </button>
      </div>
    </form>
  )
}

interface SpanFieldProps {
  name: (typeof SPANS)[number]
  span: Rules['quiet']
  onChange: (span: Rules['quiet']) => void
}

/** None, or from one time of the day to another, also over midnight. */
function SpanField({ name, span, onChange }: SpanFieldProps) {
  const { t } = useText()
  return (
    <fieldset className="row">
      <legend>{t(`notify.rules.${name}`)}</legend>
      <label>
        <input
          type="checkbox"
          checked={span !== null}
          onChange={() => onChange(span === null ? { from: '22:00', to: '07:00' } : null)}
        />{' '}
        {t('notify.rules.span')}
      </label>
      {span &&
        (['from', 'to'] as const).map((end) => (
          <Field key={end} label={t(end === 'from' ? 'schedule.from' : 'schedule.until')}>
            {(attributes) => (
              <input
                {...attributes}
                type="time"
                required
                value={span[end]}
                onChange={(event) => onChange({ ...span, [end]: event.target.value })}
              />
            )}
          </Field>
        ))}
    </fieldset>
  )
}
