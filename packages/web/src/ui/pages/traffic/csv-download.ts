/** Saves a whole list, not just the page shown, as a CSV file: read page by page and put together here. */

import { cellText } from '../../../contract/csv.js'
import type { Page } from '../../../contract/values.js'
import type { Query } from '../../api/client.js'
import { useApi } from '../../app/services.js'
import { type Action, useAction } from '../../hooks/use-action.js'

export interface CsvColumn<Row> {
  header: string
  cell: (row: Row) => string | number | null
}

export interface CsvDownload<Response extends Page, Row> {
  path: string
  query: Query
  rowsOf: (response: Response) => Row[]
  columns: CsvColumn<Row>[]
}

const PAGE_SIZE = 500
/** 50 000 rows; whoever needs more asks the API. */
const MAX_PAGES = 100

export function useCsvDownload<Response extends Page, Row>(download: CsvDownload<Response, Row>): Action<[]> {
  const api = useApi()
  return useAction(async () => {
    const rows: Row[] = []
    for (let page = 1; page <= MAX_PAGES; page++) {
      const response = await api.get<Response>(download.path, {
        ...download.query,
        page,
        pageSize: PAGE_SIZE,
      })
      rows.push(...download.rowsOf(response))
      if (page * PAGE_SIZE >= response.total) break
    }
    const header = download.columns.map((column) => column.header).join(',')
    const lines = rows.map((row) => download.columns.map((column) => cellText(column.cell(row))).join(','))
    save([header, ...lines, ''].join('\r\n'), `netwatcher-${download.path.split('/').at(-1) ?? 'list'}.csv`)
  })
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
