/** Every device that has been seen: find, sort, filter, page. Rows change in place as news come. */

import { Link } from 'wouter'
import type { DevicesResponse } from '../../../contract/devices.js'
import { makeUrl } from '../../api/client.js'
import { basePath } from '../../app/base-path.js'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { DataTable, Pager } from '../../components/data-table.js'
import { SearchField, SelectField } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { Empty, ErrorNotice, Loading } from '../../components/notice.js'
import { type QueryState, useQueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import { useDeviceColumns } from './device-columns.js'
import { ScanButton } from './scan-button.js'

const PAGE_SIZE = 50
/** The newest on top; the order of the others never changes by itself. */
const DEFAULT_SORT = '-firstSeen'

export function DevicesPage() {
  const { t } = useText()
  const columns = useDeviceColumns()
  const query = useQueryState()
  const sort = query.get('sort') || DEFAULT_SORT
  const filters = {
    q: query.get('q'),
    presence: query.get('presence'),
    trust: query.get('trust'),
    shown: query.get('shown'),
  }
  const resource = useResource<DevicesResponse>('/api/devices', {
    ...filters,
    sort,
    page: query.page,
    pageSize: PAGE_SIZE,
  })
  const rows = resource.data?.devices ?? []
  const isFiltered = Object.values(filters).some((value) => value !== '')

  return (
    <>
      <PageHeader title={t('nav.devices')} lead={t('devices.lead')} actions={<ScanButton />} />
      <DeviceFilters query={query} />
      {resource.data?.shortLived.text && <p className="muted">{resource.data.shortLived.text}</p>}
      <ErrorNotice error={resource.error} onRetry={resource.reload} />
      {!resource.data && !resource.error && <Loading />}
      {resource.data?.total === 0 && (
        <Empty
          icon="devices"
          title={t(isFiltered ? 'devices.noMatch' : 'devices.none')}
          text={t(isFiltered ? 'devices.noMatchHint' : 'devices.noneHint')}
        />
      )}
      {resource.data && resource.data.total > 0 && (
        <section className="card flush">
          <DataTable
            caption={t('nav.devices')}
            columns={columns}
            rows={rows}
            rowKey={(device) => String(device.id)}
            rowClass={(device) => (device.presence === 'offline' ? 'is-dim' : '')}
            sort={sort}
            onSort={(next) => query.set({ sort: next })}
          />
          <div className="table-foot">
            <a
              className="button small"
              href={makeUrl(`${basePath}/api/devices`, { ...filters, sort, format: 'csv' })}
              download
            >
              <Icon name="download" size={16} />
              {t('csv.download')}
            </a>
            <Pager page={resource.data} query={query} />
          </div>
        </section>
      )}
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
        label={t('devices.known')}
        value={query.get('trust')}
        options={[
          { value: '', label: t('filter.all') },
          { value: 'new', label: t('device.unknown') },
          { value: 'known', label: t('device.known') },
        ]}
        onChange={(trust) => query.set({ trust })}
      />
      <SelectField
        label={t('devices.shown')}
        value={query.get('shown')}
        options={[
          { value: '', label: t('filter.current') },
          { value: 'ignored', label: t('filter.onlyIgnored') },
          { value: 'archived', label: t('filter.onlyArchived') },
          { value: 'all', label: t('filter.all') },
        ]}
        onChange={(shown) => query.set({ shown })}
      />
    </div>
  )
}
