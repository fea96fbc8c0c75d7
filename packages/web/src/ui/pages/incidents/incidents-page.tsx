/** What happened: alerts that belong together as one, the worst first; many are read or muted at once. */

import { SEVERITIES } from '@netwatcher/shared'
import { useState } from 'react'
import { Link } from 'wouter'
import type { IncidentBulkPost, IncidentRecord, IncidentsResponse } from '../../../contract/incidents.js'
import { useApi, useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { Pager } from '../../components/data-table.js'
import { Segments, SelectField } from '../../components/fields.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { useAction } from '../../hooks/use-action.js'
import { type QueryState, useQueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import { IncidentList } from './incident-list.js'
import { MuteControl } from './mute-control.js'

const PAGE_SIZE = 50
const WORST_FIRST = SEVERITIES.toReversed()
const STATES = ['acknowledged', 'ended'] as const

export function IncidentsPage() {
  const { t } = useText()
  const query = useQueryState()
  const shown = query.get('state')
  const resource = useResource<IncidentsResponse>('/api/incidents', {
    state: shown === 'all' ? null : shown || 'open',
    severity: query.get('severity'),
    mac: query.get('mac'),
    sort: '-severity',
    page: query.page,
    pageSize: PAGE_SIZE,
  })
  const incidents = resource.data?.incidents ?? []
  return (
    <>
      <PageHeader
        title={t('nav.incidents')}
        lead={t('incidents.lead')}
        actions={<Link href="/alerts">{t('incidents.single')}</Link>}
      />
      <Filters query={query} />
      <ErrorNotice error={resource.error} onRetry={resource.reload} />
      {!resource.data && !resource.error && <Skeleton rows={6} />}
      {resource.data?.total === 0 && (
        <Empty
          icon="shieldCheck"
          title={t(shown === '' ? 'incidents.noneOpen' : 'incidents.none')}
          text={t('alerts.noneHint')}
        />
      )}
      {resource.data && resource.data.total > 0 && (
        <>
          <Selectable incidents={incidents} onDone={resource.reload} />
          <Pager page={resource.data} query={query} />
        </>
      )}
    </>
  )
}

/** What is selected and has left the page meanwhile is not acted upon. */
function Selectable({ incidents, onDone }: { incidents: IncidentRecord[]; onDone: () => void }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const selected = new Set(incidents.map(({ id }) => id).filter((id) => chosen.has(id)))
  function toggle(id: string): void {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <>
      <SelectionBar
        ids={[...selected]}
        onAll={() => setChosen(new Set(incidents.map(({ id }) => id)))}
        onNone={() => setChosen(new Set())}
        onDone={onDone}
      />
      {WORST_FIRST.map((severity) => (
        <IncidentList
          key={severity}
          severity={severity}
          incidents={incidents.filter((one) => one.severity === severity)}
          selected={selected}
          onSelect={toggle}
        />
      ))}
    </>
  )
}

interface SelectionBarProps {
  ids: string[]
  onAll: () => void
  onNone: () => void
  onDone: () => void
}

function SelectionBar({ ids, onAll, onNone, onDone }: SelectionBarProps) {
  const { t, plural } = useText()
  const api = useApi()
  const act = useAction(async (post: Omit<IncidentBulkPost, 'ids'>) => {
    await api.post('/api/incident-bulk', { ids, ...post })
    onNone()
    onDone()
  })
  if (ids.length === 0) {
    return (
      <div className="row">
        <button type="button" className="button small" onClick={onAll}>
          {t('incidents.selectAll')}
        </button>
      </div>
    )
  }
  return (
    <section className="card selection" aria-label={plural('incidents.selected', ids.length)}>
      <div className="row">
        <strong role="status">{plural('incidents.selected', ids.length)}</strong>
        <button
          type="button"
          className="button primary"
          disabled={act.isBusy}
          onClick={() => void act.run({ acknowledge: {} })}
        >
          {t('alert.acknowledge')}
        </button>
        <MuteControl isBusy={act.isBusy} onMute={(minutes) => void act.run({ mute: { minutes } })} />
        <button type="button" className="button" onClick={onNone}>
          {t('incidents.clear')}
        </button>
      </div>
      <ErrorNotice error={act.error} />
    </section>
  )
}

function Filters({ query }: { query: QueryState }) {
  const { t } = useText()
  return (
    <div className="filters">
      <Segments
        label={t('incidents.show')}
        value={query.get('state')}
        options={[
          { value: '', label: t('incidents.open') },
          ...STATES.map((value) => ({ value, label: t(`incidents.${value}`) })),
          { value: 'all', label: t('filter.all') },
        ]}
        onChange={(state) => query.set({ state })}
      />
      <SelectField
        label={t('alerts.severity')}
        value={query.get('severity')}
        options={[
          { value: '', label: t('filter.all') },
          ...WORST_FIRST.map((value) => ({ value, label: t(`severity.${value}`) })),
        ]}
        onChange={(severity) => query.set({ severity })}
      />
    </div>
  )
}
