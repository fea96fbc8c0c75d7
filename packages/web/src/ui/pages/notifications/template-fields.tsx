/** The words of a channel's messages: language, template, and what that makes of an example. */

import { useState } from 'react'
import type { z } from 'zod'
import type { previewSchema, Rules, Variable } from '../../../contract/channels.js'
import { useApi, useText } from '../../app/services.js'
import { Field, SelectField } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { isLanguage, LANGUAGES } from '../../i18n/language.js'

/** The contract's, which the page may not import. */
const VARIABLES: Record<Variable, true> = {
  title: true,
  sentence: true,
  advice: true,
  severity: true,
  kind: true,
  event: true,
  site: true,
  time: true,
  suspect: true,
  holder: true,
  affected: true,
  address: true,
  device: true,
  mac: true,
  count: true,
}
const PLACES = Object.keys(VARIABLES)
  .map((name) => `{${name}}`)
  .join(' ')

type Words = Pick<Rules, 'language' | 'template'>

export interface TemplateFieldsProps {
  rules: Words
  onChange: (changes: Partial<Words>) => void
}

export function TemplateFields({ rules: { language, template }, onChange }: TemplateFieldsProps) {
  const { t } = useText()
  return (
    <>
      <SelectField
        label={t('notify.rules.language')}
        value={language}
        options={Object.entries(LANGUAGES).map(([value, { name }]) => ({ value, label: name }))}
        onChange={(value) => onChange({ language: isLanguage(value) ? value : language })}
      />
      <Field label={t('notify.template.title')}>
        {(attributes) => (
          <input
            {...attributes}
            type="text"
            maxLength={200}
            value={template.title}
            onChange={(event) => onChange({ template: { ...template, title: event.target.value } })}
          />
        )}
      </Field>
      <Field label={t('notify.template.text')} hint={`${t('notify.template.places')} ${PLACES}`}>
        {(attributes) => (
          <textarea
            {...attributes}
            rows={3}
            maxLength={2000}
            value={template.text}
            onChange={(event) => onChange({ template: { ...template, text: event.target.value } })}
          />
        )}
      </Field>
      <Preview words={{ language, template }} />
    </>
  )
}

function Preview({ words }: { words: Words }) {
  const { t } = useText()
  const api = useApi()
  const [shown, setShown] = useState<z.infer<typeof previewSchema> | null>(null)
  const preview = useAction(async () => setShown(await api.post('/api/channel-preview', words)))
  return (
    <>
      <div className="row">
        <button
          type="button"
          className="button small"
          disabled={preview.isBusy}
          onClick={() => void preview.run()}
        >
          {t('notify.template.preview')}
        </button>
      </div>
      <ErrorNotice error={preview.error} />
      {shown && !preview.error && (
        <pre className="wrapped" aria-live="polite">
          {shown.title}
          {'\n'}
          {shown.text}
        </pre>
      )}
    </>
  )
}
