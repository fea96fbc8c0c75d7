/** A new channel: its type decides what is asked for. */

import type { FormEvent } from 'react'
import { SECRET_OF } from '../../../contract/channel-secrets.js'
import { useDraft } from '../../app/drafts.js'
import { useApi, useText } from '../../app/services.js'
import { Field, SelectField } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { bodyOf, type ChannelDraft, FIELDS, TYPES } from './channel-fields.js'

const EMPTY: Omit<ChannelDraft, 'language'> = {
  ...{ name: '', type: 'ntfy', values: {}, secret: '', tellsOfDevices: false },
}

export function ChannelForm({ onMade }: { onMade: () => void }) {
  const { t, language } = useText()
  const api = useApi()
  const { value, set, drop } = useDraft('channel', EMPTY)
  const draft: ChannelDraft = { ...value, language }
  const change = (changes: Partial<ChannelDraft>) => set({ ...draft, ...changes })
  const make = useAction(async () => {
    await api.post('/api/channels', bodyOf(draft))
    drop()
    onMade()
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    void make.run()
  }
  const secret = SECRET_OF[draft.type]
  return (
    <form className="stack" onSubmit={submit}>
      <h3>{t('notify.new')}</h3>
      <SelectField
        label={t('notify.type')}
        value={draft.type}
        options={TYPES.map((value) => ({ value, label: t(`notify.type.${value}`) }))}
        onChange={(value) => change({ type: TYPES.find((one) => one === value) ?? draft.type })}
      />
      <TextField
        label={t('notify.name')}
        value={draft.name}
        isRequired
        onChange={(name) => change({ name })}
      />
      {FIELDS[draft.type].map((field) => (
        <TextField
          key={field}
          label={t(`notify.field.${field}`)}
          value={draft.values[field] ?? ''}
          onChange={(value) => change({ values: { ...draft.values, [field]: value } })}
        />
      ))}
      {secret && (
        <TextField
          label={t(`notify.secret.${secret}`)}
          value={draft.secret}
          type="password"
          onChange={(value) => change({ secret: value })}
        />
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={draft.tellsOfDevices}
          onChange={(event) => change({ tellsOfDevices: event.target.checked })}
        />{' '}
        {t('notify.devices')}
      </label>
      <ErrorNotice error={make.error} />
      <button type="submit" className="button primary" disabled={make.isBusy || draft.name.trim() === ''}>
        {t('notify.make')}
      </button>
      <p className="muted">{t('notify.hint')}</p>
    </form>
  )
}

interface TextFieldProps {
  label: string
  value: string
  type?: 'text' | 'password'
  isRequired?: boolean
  onChange: (value: string) => void
}

function TextField({ label, value, type = 'text', isRequired = false, onChange }: TextFieldProps) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          type={type}
          value={value}
          required={isRequired}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
