/** Bytes by month and reach, on which day a month begins, and the quota of all devices together. */

import { REACHES } from '@netwatcher/shared/destinations'
import { useState } from 'react'
import type { MonthsResponse, QuotasResponse } from '../../../contract/volumes.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { formatBytes } from '../../format/bytes.js'
import { formatDays } from '../../format/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 60_000
const SHOWN = 12
const GIGABYTE = 1e9
const LAST_BILLING_DAY = 28
const DAYS = Array.from({ length: LAST_BILLING_DAY }, (_, i) => i + 1)

type Month = MonthsResponse['months'][number]

export function MonthsCard() {
  const { t, language } = useText()
  const api = useApi()
  const { data, reload } = useResource<MonthsResponse>('/api/traffic/months', {}, { refreshMs: REFRESH_MS })
  const change = useAction(async (billingDay: number) => {
    await api.post('/api/traffic/months', { billingDay })
    reload()
  })
  const columns: Column<Month>[] = [
    { id: 'from', header: t('months.from'), cell: ({ from, to }) => formatDays(from, to, language) },
    ...REACHES.map(
      (reach): Column<Month> => ({
        id: reach,
        header: t(`months.${reach}`),
        align: 'end',
        cell: (month) => formatBytes(month.reach[reach].txBytes + month.reach[reach].rxBytes, language),
      }),
    ),
  ]
  return (
    <Card title={t('months.title')}>
      <ErrorNotice error={change.error} />
      {data?.months.length === 0 && <p className="muted">{t('months.none')}</p>}
      {data && data.months.length > 0 && (
        <DataTable
          caption={t('months.title')}
          columns={columns}
          rows={data.months.slice(0, SHOWN)}
          rowKey={({ from }) => from}
        />
      )}
      <div className="filters">
        <label className="select">
          <span>{t('months.billingDay')}</span>
          <select
            value={data?.billingDay ?? ''}
            disabled={change.isBusy || !data}
            onChange={({ target }) => void change.run(Number(target.value))}
          >
            {!data && <option value="" />}
            {DAYS.map((day) => (
              <option key={day} value={day}>
                {day}
              </option>
            ))}
          </select>
        </label>
        <QuotaForm />
      </div>
    </Card>
  )
}

function QuotaForm() {
  const { t, language } = useText()
  const api = useApi()
  const { data, reload } = useResource<QuotasResponse>('/api/quotas', {}, { refreshMs: REFRESH_MS })
  const all = data?.quotas.find(({ device }) => device === null)
  const [typed, setTyped] = useState('')
  const set = useAction(async () => {
    const limitBytes = typed === '' ? null : Math.round(Number(typed) * GIGABYTE)
    await api.post('/api/quotas', { device: null, limitBytes })
    reload()
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void set.run()
      }}
    >
      <ErrorNotice error={set.error} />
      <Field
        label={t('months.quota')}
        {...(all && {
          hint: t('months.used', {
            used: formatBytes(all.usedBytes, language),
            limit: formatBytes(all.limitBytes, language),
          }),
        })}
      >
        {(attributes) => (
          <input
            {...attributes}
            type="number"
            min="1"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="button" disabled={set.isBusy}>
        {t('action.save')}
      </button>
    </form>
  )
}
