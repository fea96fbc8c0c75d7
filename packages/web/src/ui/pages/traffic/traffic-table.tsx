/** What the three tables of the traffic page have in common: read, sort, page, save as CSV. */

import type { Page } from '../../../contract/values.js'
import { makeUrl } from '../../api/client.js'
import { basePath } from '../../app/base-path.js'
import { useText } from '../../app/services.js'
import { type Column, DataTable, Pager } from '../../components/data-table.js'
import { Icon } from '../../components/icons.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import type { QueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import type { TrafficFilter } from './traffic-page.js'

const REFRESH_MS = 15_000
const PAGE_SIZE = 50

export interface TrafficTableProps<Response extends Page, Row> {
  path: string
  caption: string
  filter: TrafficFilter
  query: QueryState
  columns: Column<Row>[]
  rowsOf: (response: Response) => Row[]
  rowKey: (row: Row) => string
}

export function TrafficTable<Response extends Page, Row>(props: TrafficTableProps<Response, Row>) {
  const { t } = useText()
  const { path, caption, filter, query, columns, rowsOf, rowKey } = props
  const sort = query.get('sort') || '-bytes'
  const request = { ...filter, sort, page: query.page, pageSize: PAGE_SIZE }
  const resource = useResource<Response>(path, request, { refreshMs: REFRESH_MS })
  const { data, error } = resource
  return (
    <>
      <ErrorNotice error={error} onRetry={resource.reload} />
      {!data && !error && <Skeleton rows={6} />}
      {data?.total === 0 && <Empty icon="traffic" title={t('traffic.none')} text={t('traffic.noneHint')} />}
      {data && data.total > 0 && (
        <section className="card flush">
          <DataTable
            caption={caption}
            columns={columns}
            rows={rowsOf(data)}
            rowKey={rowKey}
            sort={sort}
            onSort={(next) => query.set({ sort: next })}
          />
          <div className="table-foot">
            <a
              className="button small"
              href={makeUrl(basePath + path, { ...filter, sort, format: 'csv' })}
              download
            >
              <Icon name="download" size={16} />
              {t('csv.download')}
            </a>
            <Pager page={data} query={query} />
          </div>
        </section>
      )}
    </>
  )
}
