/** Every device that has been seen: find, sort, filter, page. Rows change in place as news come. */

import { Link } from 'wouter'
import type { DevicesResponse } from '../../../contract/devices.js'
import { makeUrl } from '../../api/client.js'
import { basePath } from '../../app/base-path.js'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { Pager } from '../../components/data-table.js'
import { SearchField, Segments, SelectField } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { readPreference, usePreference } from '../../hooks/use-preference.js'
import { type QueryState, useQueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import { DeviceChips } from './device-chips.js'
import { DeviceGrid } from './device-grid.js'
import { DeviceTable } from './device-table.js'
import { InventoryQuestion } from './inventory-question.js'
import { ScanButton } from './scan-button.js'

const PAGE_SIZE = 50
/** The newest on top; the order of the others never changes by itself. */
const DEFAULT_SORT = '-firstSeen'

export function DevicesPage() {
  const { t } = useText()
  const query = useQueryState()
  const sort = query.get('sort') || DEFAULT_SORT
  const [view, setView] = usePreference<string>(
    'devices_view',
    () => readPreference('devices_view') ?? 'table',
  )
  const filters = {
    q: query.get('q'),
    presence: query.get('presence'),
    trust: query.get('trust'),
    shown: query.get('shown'),
    alerting: query.get('alerting'),
  }
  const resource = useResource<DevicesResponse>('/api/devices', {
    ...{ ...filters, sort, page: query.page, pageSize: PAGE_SIZE },
  })
  const { data } = resource
  const isFiltered = Object.values(filters).some((value) => value !== '')

  return (
    <>
      <PageHeader
        title={t('nav.devices')}
        lead={t('devices.lead')}
        actions={
          <>
            <Link href="/devices/import" className="button">
              {t('import.title')}
            </Link>
            <ScanButton />
          </>
        }
      />
      <InventoryQuestion />
      <DeviceFilters query={query} />
      <div className="row between">
        <DeviceChips query={query} />
        <Segments
          label={t('devices.view')}
          value={view}
          options={[
            { value: 'table', label: t('devices.table') },
            { value: 'grid', label: t('devices.grid') },
          ]}
          onChange={setView}
        />
      </div>
      <ErrorNotice error={resource.error} onRetry={resource.reload} />
      {!data && !resource.error && <Skeleton rows={8} />}
      {data?.total === 0 && (
        <Empty
          icon="devices"
          title={t(isFiltered ? 'devices.noMatch' : 'devices.none')}
          text={t(isFiltered ? 'devices.noMatchHint' : 'devices.noneHint')}
        />
      )}
      {data && data.total > 0 && (
        <section className="card flush">
          {view === 'grid' ? (
            <DeviceGrid devices={data.devices} />
          ) : (
            <DeviceTable
              devices={data.devices}
              sort={sort}
              onSort={(next) => query.set({ sort: next })}
              onDone={resource.reload}
            />
          )}
          <div className="table-foot">
            <a
              className="button small"
              href={makeUrl(`${basePath}/api/devices`, { ...filters, sort, format: 'csv' })}
              download
            >
              <Icon name="download" size={16} />
              {t('csv.download')}
            </a>
            <Pager page={data} query={query} />
          </div>
        </section>
      )}
      {data?.shortLived.text && <p className="muted">{data.shortLived.text}</p>}
      <p className="foot-links">
        <Link href="/devices/snapshots">{t('snapshots.title')}</Link>
      </p>
    </>
  )
}

function DeviceFilters({ query }: { query: QueryState }) {
  const { t } = useText()
  const presences = ['online', 'idle', 'offline', 'unknown'] as const
  return (
    <div className="filters">
      <SearchField
        label={t('devices.search')}
        value={query.get('q')}
        onChange={(q) => query.replace({ q })}
      />
      <SelectField
        label={t('devices.presence')}
        value={query.get('presence')}
        options={[
          { value: '', label: t('filter.all') },
          ...presences.map((value) => ({ value, label: t(`presence.${value}`) })),
        ]}
        onChange={(presence) => query.set({ presence })}
      />
      <SelectField
        label={t('devices.shown')}
        value={query.get('shown')}
        options={[
          { value: '', label: t('devices.leftOut') },
          { value: 'ignored', label: t('filter.onlyIgnored') },
          { value: 'archived', label: t('filter.onlyArchived') },
          { value: 'all', label: t('devices.included') },
        ]}
        onChange={(shown) => query.set({ shown })}
      />
    </div>
  )
}
