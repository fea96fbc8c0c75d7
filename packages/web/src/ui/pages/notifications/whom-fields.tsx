/** Of which incidents and devices a channel tells: kinds, devices, tags. None of them: all. */

import { ALERT_KINDS, type AlertKind } from '@netwatcher/shared'
import { useState } from 'react'
import type { Rules } from '../../../contract/channels.js'
import { useText } from '../../app/services.js'
import { Field } from '../../components/fields.js'
import { DevicesField } from './devices-field.js'

export interface WhomFieldsProps {
  rules: Rules
  onChange: (changes: Partial<Rules>) => void
}

export function WhomFields({ rules, onChange }: WhomFieldsProps) {
  const { t } = useText()
  return (
    <>
      <KindsField kinds={rules.kinds} onChange={(kinds) => onChange({ kinds })} />
      <div className="columns">
        <ListField label={t('notify.rules.tags')} list={rules.tags} onChange={(tags) => onChange({ tags })} />
        <DevicesField macs={rules.macs} onChange={(macs) => onChange({ macs })} />
      </div>
    </>
  )
}

function KindsField({ kinds, onChange }: { kinds: AlertKind[]; onChange: (kinds: AlertKind[]) => void }) {
  const { t } = useText()
  return (
    <details>
      <summary>
        {kinds.length === 0 ? t('notify.rules.allKinds') : t('notify.rules.someKinds', { n: kinds.length })}
      </summary>
      <fieldset className="row">
        <legend>{t('notify.rules.kinds')}</legend>
        {ALERT_KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={() => onChange(toggled(kinds, kind))}
            />{' '}
            {t(`kind.${kind}.title`)}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

/** With it, or without it if it was there. */
export function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one]
}

interface ListFieldProps {
  label: string
  list: string[]
  onChange: (list: string[]) => void
}

/** What is typed stays as it is typed, as long as it says the same as the list. */
function ListField({ label, list, onChange }: ListFieldProps) {
  const { t } = useText()
  const [typed, setTyped] = useState('')
  const written = list.join(', ')
  return (
    <Field label={label} hint={t('notify.rules.list')}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={listed(typed).join(', ') === written ? typed : written}
          onChange={(event) => {
            setTyped(event.target.value)
            onChange(listed(event.target.value))
          }}
        />
      )}
    </Field>
  )
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
