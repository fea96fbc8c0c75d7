/** What has happened: open alerts first, all on request. New ones come by the live stream. */

import { ALERT_KINDS, SEVERITIES } from '@netwatcher/shared'
import type { AlertRecord, AlertsResponse } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { DataTable, Pager } from '../../components/data-table.js'
import { SearchField, Segments, SelectField } from '../../components/fields.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { type QueryState, useQueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import { useAlertColumns } from './alert-columns.js'

const PAGE_SIZE = 50

export function AlertsPage() {
  const { t } = useText()
  const columns = useAlertColumns()
  const query = useQueryState()
  const sort = query.get('sort') || '-lastSeen'
  const shown = query.get('acknowledged')
  const resource = useResource<AlertsResponse>('/api/alerts', {
    acknowledged: shown === 'all' ? null : shown || false,
    severity: query.get('severity'),
    state: query.get('state'),
    kind: query.get('kind'),
    q: query.get('q'),
    sort,
    page: query.page,
    pageSize: PAGE_SIZE,
  })
  const rows = resource.data?.alerts ?? []

  return (
    <>
      <PageHeader title={t('nav.alerts')} lead={t('alerts.lead')} />
      <AlertFilters query={query} />
      <ErrorNotice error={resource.error} onRetry={resource.reload} />
      {!resource.data && !resource.error && <Skeleton rows={6} />}
      {resource.data?.total === 0 && (
        <Empty
          icon="shieldCheck"
          title={t(shown === '' ? 'alerts.noneOpen' : 'alerts.none')}
          text={t('alerts.noneHint')}
        />
      )}
      {resource.data && resource.data.total > 0 && (
        <section className="card flush">
          <DataTable
            caption={t('nav.alerts')}
            columns={columns}
            rows={rows}
            rowKey={(alert) => alert.id}
            rowClass={alertClass}
            sort={sort}
            onSort={(next) => query.set({ sort: next })}
          />
          <Pager page={resource.data} query={query} />
        </section>
      )}
    </>
  )
}

function alertClass(alert: AlertRecord): string {
  const isOpen = alert.acknowledgedMs === null
  return `edge-${isOpen ? alert.severity : 'none'}${isOpen ? '' : ' is-dim'}`
}

function AlertFilters({ query }: { query: QueryState }) {
  const { t } = useText()
  const all = { value: '', label: t('filter.all') }
  const kinds = ALERT_KINDS.map((value) => ({ value, label: t(`kind.${value}.title`) }))
  return (
    <div className="filters">
      <Segments
        label={t('alerts.show')}
        value={query.get('acknowledged')}
        options={[
          { value: '', label: t('alerts.onlyOpen') },
          { value: 'true', label: t('alerts.acknowledged') },
          { value: 'all', label: t('filter.all') },
        ]}
        onChange={(acknowledged) => query.set({ acknowledged })}
      />
      <SearchField label={t('alerts.search')} value={query.get('q')} onChange={(q) => query.replace({ q })} />
      <SelectField
        label={t('alerts.severity')}
        value={query.get('severity')}
        options={[all, ...SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))]}
        onChange={(severity) => query.set({ severity })}
      />
      <SelectField
        label={t('alerts.state')}
        value={query.get('state')}
        options={[
          all,
          { value: 'active', label: t('alert.active') },
          { value: 'ended', label: t('alert.ended') },
        ]}
        onChange={(state) => query.set({ state })}
      />
      <SelectField
        label={t('alerts.kind')}
        value={query.get('kind')}
        options={[all, ...kinds.sort((a, b) => a.label.localeCompare(b.label))]}
        onChange={(kind) => query.set({ kind })}
      />
    </div>
  )
}
