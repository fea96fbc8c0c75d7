/** The list of devices as a table: rows are selected for the bulk bar, and open at the side. */

import { useCallback, useState } from 'react'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { deviceTitle } from '../../components/device-name.js'
import { BulkBar } from './bulk-bar.js'
import { useDeviceColumns } from './device-columns.js'
import { DevicePanel } from './device-panel.js'
import { useDeviceRates } from './device-rate.js'

export interface DeviceTableProps {
  devices: readonly Device[]
  sort: string
  onSort: (sort: string) => void
  onDone: () => void
}

export function DeviceTable({ devices, sort, onSort, onDone }: DeviceTableProps) {
  const { t } = useText()
  const [lookedAt, setLookedAt] = useState<number | null>(null)
  const look = useCallback(({ id }: Device) => setLookedAt(id), [])
  const { selected, column, clear } = useSelection(devices)
  const rates = useDeviceRates(devices)
  const columns = useDeviceColumns(look, rates)
  const device = devices.find(({ id }) => id === lookedAt)
  return (
    <>
      <BulkBar ids={selected} onNone={clear} onDone={onDone} />
      <DataTable
        caption={t('nav.devices')}
        columns={[...columns, column]}
        rows={devices}
        rowKey={({ id }) => String(id)}
        rowClass={({ presence }) => (presence === 'offline' ? 'is-dim' : '')}
        onRow={look}
        sort={sort}
        onSort={onSort}
      />
      {device && (
        <DevicePanel device={device} rates={rates.get(device.mac)} onClose={() => setLookedAt(null)} />
      )}
    </>
  )
}

/** What was selected and has left the page meanwhile is not acted upon. */
function useSelection(devices: readonly Device[]) {
  const translator = useText()
  const { t } = translator
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const selected = devices.map(({ id }) => id).filter((id) => chosen.has(id))
  const clear = () => setChosen(new Set())

  function toggle(id: number): void {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  const isAll = devices.length > 0 && selected.length === devices.length
  const column: Column<Device> = {
    id: 'select',
    header: t('devices.selectAll'),
    headerCell: (
      <label className="pick">
        <input
          type="checkbox"
          checked={isAll}
          aria-label={t('devices.selectAll')}
          onChange={() => setChosen(new Set(isAll ? [] : devices.map(({ id }) => id)))}
        />
      </label>
    ),
    align: 'end',
    cell: (device) => (
      <label className="pick">
        <input
          type="checkbox"
          checked={chosen.has(device.id)}
          aria-label={t('devices.select', { device: deviceTitle(device, translator) })}
          onChange={() => toggle(device.id)}
        />
      </label>
    ),
  }
  return { selected, column, clear }
}
