/** Where traffic goes: over time, by destination, by device, and record by record. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { useMemo } from 'react'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { SearchField, Segments } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { useNow } from '../../hooks/use-now.js'
import { type QueryState, useQueryState } from '../../hooks/use-query-state.js'
import { ByDestination } from './by-destination.js'
import { ByDevice } from './by-device.js'
import { ByDomain } from './by-domain.js'
import { NOT_IP } from './cells.js'
import { MonthsCard } from './months-card.js'
import { NotesCard } from './notes-card.js'
import { Records } from './records.js'
import { SeriesCard } from './series-card.js'

export const RANGES = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const
type Range = keyof typeof RANGES

/** What the chart and the tables share. */
export interface TrafficFilter {
  q: string
  device: string
  dst: string
  from: number
}

const VIEWS = ['destinations', 'domains', 'devices', 'records'] as const
const FILTER_NAMES = ['device', 'dst'] as const

export function TrafficPage() {
  const { t } = useText()
  const query = useQueryState()
  const range = readRange(query.get('range'))
  const minuteMs = Math.floor(useNow(MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const fromMs = minuteMs - RANGES[range]
  const [q, device, dst] = [query.get('q'), query.get('device'), query.get('dst')]
  const filter: TrafficFilter = useMemo(() => ({ q, device, dst, from: fromMs }), [q, device, dst, fromMs])
  const view = VIEWS.find((one) => one === query.get('view')) ?? 'destinations'
  return (
    <>
      <PageHeader title={t('nav.traffic')} lead={t('traffic.lead')} />
      <div className="filters">
        <Segments
          label={t('traffic.range')}
          value={range}
          options={Object.keys(RANGES).map((value) => ({ value, label: t(`range.${readRange(value)}`) }))}
          onChange={(value) => query.set({ range: value })}
        />
        <SearchField
          label={t('traffic.search')}
          value={q}
          onChange={(value) => query.replace({ q: value })}
        />
        <FilterChips query={query} />
      </div>
      <SeriesCard filter={filter} toMs={minuteMs} />
      <div className="tabs">
        <Segments
          label={t('traffic.view')}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`traffic.by.${value}`) }))}
          onChange={(value) => query.set({ view: value, sort: '' })}
        />
      </div>
      {view === 'destinations' && <ByDestination filter={filter} query={query} />}
      {view === 'domains' && <ByDomain filter={filter} query={query} />}
      {view === 'devices' && <ByDevice filter={filter} query={query} />}
      {view === 'records' && <Records filter={filter} query={query} />}
      <MonthsCard />
      <NotesCard />
    </>
  )
}

function readRange(value: string): Range {
  return value in RANGES ? (value as Range) : '24h'
}

function FilterChips({ query }: { query: QueryState }) {
  const { t } = useText()
  const wordFor = (value: string) => (value === NOT_IP ? t('traffic.noAddress') : value)
  return FILTER_NAMES.filter((name) => query.get(name) !== '').map((name) => (
    <button
      key={name}
      type="button"
      className="chip"
      onClick={() => query.set({ [name]: '' })}
      aria-label={t('filter.remove', { filter: `${t(`filter.${name}`)} ${wordFor(query.get(name))}` })}
    >
      {t(`filter.${name}`)}: <span className="mono">{wordFor(query.get(name))}</span>
      <Icon name="close" size={14} />
    </button>
  ))
}
