/** Devices out of a file of another program: what it would do is shown, and done on request. */

import { type ChangeEvent, useState } from 'react'
import { Link } from 'wouter'
import type { z } from 'zod'
import type { ImportBody, importSchema, PreviewResponse } from '../../../contract/imports.js'
import { useApi, useText } from '../../app/services.js'
import { Badge, type Tone } from '../../components/badge.js'
import { Facts, PageHeader } from '../../components/card.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Field } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice, Loading, Notice } from '../../components/notice.js'
import { formatCount } from '../../format/bytes.js'
import { useAction } from '../../hooks/use-action.js'
import { type Translator, translateWord } from '../../i18n/language.js'
import { importBodyOf } from './import-file.js'

type Imported = PreviewResponse['devices'][number]

const TONES: Record<Imported['action'], Tone> = {
  create: 'ok',
  change: 'info',
  same: 'neutral',
  unmatched: 'warning',
  repeated: 'warning',
}

export function ImportPage() {
  const { t, plural } = useText()
  const api = useApi()
  const [chosen, setChosen] = useState<{ body: ImportBody; preview: PreviewResponse } | null>(null)
  const [done, setDone] = useState<z.infer<typeof importSchema> | null>(null)
  const look = useAction(async (file: File) => {
    const body = await importBodyOf(file)
    setChosen({ body, preview: await api.post<PreviewResponse>('/api/inventory/import/preview', body) })
  })
  const take = useAction(async (body: ImportBody) => {
    setDone(await api.post('/api/inventory/import', body))
    setChosen(null)
  })
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    setChosen(null)
    setDone(null)
    take.clear()
    const file = target.files?.[0]
    if (file) void look.run(file)
  }
  return (
    <>
      <p className="back">
        <Link href="/devices">
          <Icon name="arrowLeft" size={16} /> {t('nav.devices')}
        </Link>
      </p>
      <PageHeader title={t('import.title')} lead={t('import.lead')} />
      <section className="card">
        <Field label={t('import.file')} hint={t('import.formats')}>
          {(attributes) => <input type="file" {...attributes} onChange={choose} />}
        </Field>
        <ErrorNotice error={look.error ?? take.error} />
        {look.isBusy && <Loading />}
        {done && (
          <div role="status">
            <Notice tone="ok">
              {plural('import.created', done.created)} · {plural('import.changed', done.changed)}{' '}
              <Link href="/devices">{t('nav.devices')}</Link>
            </Notice>
          </div>
        )}
      </section>
      {chosen && (
        <Preview
          preview={chosen.preview}
          isBusy={take.isBusy}
          onTake={() => void take.run(chosen.body)}
          onCancel={() => setChosen(null)}
        />
      )}
    </>
  )
}

interface PreviewProps {
  preview: PreviewResponse
  isBusy: boolean
  onTake: () => void
  onCancel: () => void
}

function Preview({ preview, isBusy, onTake, onCancel }: PreviewProps) {
  const translator = useText()
  const { t, plural, language } = translator
  const { read, created, changed, unmatched, devices } = preview
  const count = (value: number) => formatCount(value, language)
  return (
    <section className="card" aria-label={t('import.preview')}>
      <Facts
        items={[
          { name: t('import.takenFor'), value: t(`import.format.${preview.format}`) },
          { name: t('import.action.create'), value: count(created) },
          { name: t('import.action.change'), value: count(changed) },
          { name: t('import.action.same'), value: count(read - created - changed - unmatched) },
          { name: t('import.leftOut'), value: count(unmatched) },
        ]}
      />
      <p className="row">
        {created + changed > 0 ? (
          <button type="button" className="button primary" disabled={isBusy} onClick={onTake}>
            {plural('import.take', created + changed)}
          </button>
        ) : (
          t('import.nothing')
        )}
        <button type="button" className="button" onClick={onCancel}>
          {t('action.cancel')}
        </button>
      </p>
      <DataTable
        caption={t('import.preview')}
        columns={makeColumns(translator)}
        rows={devices}
        rowKey={({ line }) => String(line)}
      />
      {read > devices.length && <p className="muted">{plural('import.more', read - devices.length)}</p>}
    </section>
  )
}

function makeColumns(translator: Translator): Column<Imported>[] {
  const { t } = translator
  return [
    {
      id: 'device',
      header: t('import.device'),
      cell: ({ mac, ip, line }) => (
        <>
          <span className="mono">{mac ?? ip ?? '–'}</span>
          <span className="sub">{t('import.line', { line })}</span>
        </>
      ),
    },
    {
      id: 'action',
      header: t('import.what'),
      cell: ({ action }) => (
        <>
          <Badge tone={TONES[action]}>{t(`import.action.${action}`)}</Badge>
          {(action === 'unmatched' || action === 'repeated') && (
            <span className="sub">{t(`import.why.${action}`)}</span>
          )}
        </>
      ),
    },
    {
      id: 'changes',
      header: t('import.fields'),
      cell: ({ changes }) => changes.map((one) => <Change key={one.field} {...one} />),
    },
  ]
}

/** What is only on or off has no value to show. */
const SWITCHES: Record<string, string> = { isFavorite: 'favorite', isArchived: 'archived' }

function Change({ field, before, after }: Imported['changes'][number]) {
  const translator = useText()
  const flag = SWITCHES[field]
  if (flag) return <span className="sub">{translateWord(translator, 'change', flag)}</span>
  return (
    <span className="sub">
      {translateWord(translator, 'change', field)}: {before !== '' && `${before} → `}
      <strong>{after}</strong>
    </span>
  )
}
