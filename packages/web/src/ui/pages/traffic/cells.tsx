/** Cells and columns that the traffic tables share. */

import { useText } from '../../app/services.js'
import type { Column } from '../../components/data-table.js'
import { Age } from '../../components/time.js'
import type { Translator } from '../../i18n/language.js'

interface Counted {
  bytes: number
  txBytes: number
  rxBytes: number
  lastSeenMs: number
}

export function byteColumns<Row extends Counted>(
  t: Translator['t'],
  format: (bytes: number) => string,
): Column<Row>[] {
  const amount = { firstOrder: 'down', align: 'end' } as const
  return [
    {
      ...amount,
      id: 'rx',
      header: t('traffic.received'),
      sort: 'rxBytes',
      priority: 3,
      cell: (row) => format(row.rxBytes),
    },
    {
      ...amount,
      id: 'tx',
      header: t('traffic.sent'),
      sort: 'txBytes',
      priority: 3,
      cell: (row) => format(row.txBytes),
    },
    { ...amount, id: 'bytes', header: t('traffic.total'), sort: 'bytes', cell: (row) => format(row.bytes) },
    {
      ...amount,
      id: 'last',
      header: t('device.lastSeen'),
      sort: 'lastSeen',
      priority: 2,
      cell: (row) => <Age atMs={row.lastSeenMs} />,
    },
  ]
}

/** How a filter names what has no address. */
export const NOT_IP = 'none'

export interface DstCellProps {
  dst: string
  name: string | null
  onPick: (dst: string) => void
}

/** A destination; picking it filters by it. */
export function DstCell({ dst, name, onPick }: DstCellProps) {
  const { t } = useText()
  const label = dst || t('traffic.noAddress')
  return (
    <>
      <button
        type="button"
        className={name ? 'link strong' : 'link strong mono'}
        title={t('traffic.filterBy', { value: label })}
        onClick={() => onPick(dst || NOT_IP)}
      >
        {name ?? label}
      </button>
      {name && <span className="sub mono">{dst}</span>}
    </>
  )
}
