/**
 * A table of one page of rows with server-side order and paging. Columns of
 * low priority leave on narrow screens; the first one stays.
 */

import { type ReactNode, useEffect } from 'react'
import type { Page } from '../../contract/values.js'
import { useText } from '../app/services.js'
import { formatCount } from '../format/bytes.js'
import type { QueryState } from '../hooks/use-query-state.js'

export interface Column<Row> {
  id: string
  header: string
  /** In the place of the header's text, which then is for those who cannot see it. */
  headerCell?: ReactNode
  cell: (row: Row) => ReactNode
  /** Field to order by at the server; absent: not sortable. */
  sort?: string
  /** Order of the first click: names go up, amounts down. */
  firstOrder?: 'up' | 'down'
  align?: 'end'
  /** 1 always shown, 2 from tablets up, 3 on wide screens. */
  priority?: 1 | 2 | 3
}

export interface DataTableProps<Row> {
  caption: string
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  rowClass?: (row: Row) => string
  /** What a click beside links and fields of a row does; something in the row must do the same for the keyboard. */
  onRow?: (row: Row) => void
  /** As in the query: `name` or `-bytes`. */
  sort?: string
  onSort?: (sort: string) => void
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, rowClass, onRow } = props
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls a wide table by keys
    <div className="table-wrap" tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={rowClass?.(row)}
              onClick={onRow && ((event) => isBesideControls(event.target) && onRow(row))}
            >
              {columns.map((column, index) => {
                const className = cellClass(column)
                return index === 0 ? (
                  <th key={column.id} scope="row" className={className}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} className={className}>
                    {column.cell(row)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface HeaderCellProps<Row> {
  column: Column<Row>
  sort: string | undefined
  onSort: ((sort: string) => void) | undefined
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const field = column.sort
  if (!field || !onSort) {
    return (
      <th scope="col" className={cellClass(column)}>
        {column.headerCell ?? column.header}
      </th>
    )
  }
  const isUp = sort === field
  const isDown = sort === `-${field}`
  const first = column.firstOrder === 'down' ? `-${field}` : field
  const next = isUp ? `-${field}` : isDown ? field : first
  return (
    <th
      scope="col"
      className={cellClass(column)}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(next)}>
        {column.header}
        <span aria-hidden="true">{isUp ? '▲' : isDown ? '▼' : ''}</span>
      </button>
    </th>
  )
}

function isBesideControls(target: EventTarget): boolean {
  return target instanceof Element && !target.closest('a, button, input, select, label, summary')
}

function cellClass<Row>(column: Column<Row>): string {
  return `p${column.priority ?? 1}${column.align ? ' end' : ''}`
}

/** A page that is not there, of a list that has become shorter or an old link, gives way to the last one. */
export function Pager({ page, query }: { page: Page; query: QueryState }) {
  const { t, language } = useText()
  const pages = Math.max(1, Math.ceil(page.total / page.pageSize))
  const isBeyond = page.page > pages
  useEffect(() => {
    if (isBeyond) query.replace({ page: String(pages) })
  }, [isBeyond, pages, query])
  const goTo = (number: number) => query.set({ page: String(number) })
  if (isBeyond) return null
  const from = page.total === 0 ? 0 : (page.page - 1) * page.pageSize + 1
  const to = Math.min(page.total, page.page * page.pageSize)
  return (
    <nav className="pager" aria-label={t('pager.label')}>
      <span>
        {t('pager.range', {
          from: formatCount(from, language),
          to: formatCount(to, language),
          total: formatCount(page.total, language),
        })}
      </span>
      {pages > 1 && (
        <span className="row">
          <button
            type="button"
            className="button small"
            disabled={page.page <= 1}
            onClick={() => goTo(page.page - 1)}
          >
            {t('pager.previous')}
          </button>
          <button
            type="button"
            className="button small"
            disabled={page.page >= pages}
            onClick={() => goTo(page.page + 1)}
          >
            {t('pager.next')}
          </button>
        </span>
      )}
    </nav>
  )
}
