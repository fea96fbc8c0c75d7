/** Devices that nobody has vouched for, in one table: a name for each, as far as it can be guessed, and a tick. */

import { useState } from 'react'
import type { Device, DevicesResponse } from '../../../contract/devices.js'
import { useApi, useText } from '../../app/services.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceTitle } from '../../components/device-name.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const SHOWN = 100

export function NewcomersTable() {
  const { t, plural } = useText()
  const api = useApi()
  const list = useResource<DevicesResponse>('/api/devices', {
    ...{ trust: 'new', sort: 'firstSeen', pageSize: SHOWN },
  })
  const [names, setNames] = useState<ReadonlyMap<number, string>>(new Map())
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set())
  const save = useAction(async () => {
    for (const [id, name] of names) {
      if (name.trim() !== '') await api.patch(`/api/devices/${id}`, { name: name.trim() })
    }
    if (ticked.size > 0) {
      await api.post('/api/inventory/bulk', { ids: [...ticked], set: { trust: 'known' } })
    }
    setNames(new Map())
    setTicked(new Set())
    list.reload()
  })
  const devices = list.data?.devices ?? []
  function toggle(id: number): void {
    const next = new Set(ticked)
    if (!next.delete(id)) next.add(id)
    setTicked(next)
  }
  const columns = useColumns({
    ...{ names, ticked, toggle },
    rename: (id, name) => setNames((old) => new Map(old).set(id, name)),
  })
  if (!list.data) return <Skeleton />
  if (devices.length === 0) return <Empty icon="devices" title={t('first.noNewcomers')} />
  return (
    <div className="newcomers">
      <DataTable
        caption={t('first.devices')}
        columns={columns}
        rows={devices}
        rowKey={({ id }) => String(id)}
      />
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => setTicked(new Set(devices.map(({ id }) => id)))}
        >
          {t('first.allMine')}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={save.isBusy || (ticked.size === 0 && names.size === 0)}
          onClick={() => void save.run()}
        >
          {plural('first.save', ticked.size)}
        </button>
      </div>
      <ErrorNotice error={save.error ?? list.error} />
    </div>
  )
}

interface Edited {
  names: ReadonlyMap<number, string>
  ticked: ReadonlySet<number>
  rename: (id: number, name: string) => void
  toggle: (id: number) => void
}

function useColumns({ names, ticked, rename, toggle }: Edited): Column<Device>[] {
  const translator = useText()
  const { t } = translator
  const addressOf = (device: Device) => device.addresses[0]?.ip ?? device.mac
  return [
    {
      id: 'name',
      header: t('device.name'),
      cell: (device) => (
        <span className="newcomer">
          <DeviceIcon device={device} />
          <span className="grow">
            <input
              value={names.get(device.id) ?? device.name ?? ''}
              maxLength={64}
              placeholder={deviceTitle(device, translator)}
              aria-label={t('first.nameOf', { device: addressOf(device) })}
              autoComplete="off"
              onChange={(event) => rename(device.id, event.target.value)}
            />
            <span className="sub mono only-narrow">{addressOf(device)}</span>
          </span>
        </span>
      ),
    },
    {
      id: 'address',
      header: t('device.address'),
      priority: 2,
      cell: (device) => (
        <span className="mono">
          {addressOf(device)}
          <span className="sub">{device.vendor}</span>
        </span>
      ),
    },
    {
      id: 'mine',
      header: t('first.mine'),
      align: 'end',
      cell: (device) => (
        <label className="pick">
          <input
            type="checkbox"
            checked={ticked.has(device.id)}
            aria-label={t('first.isMine', {
              device: names.get(device.id) || deviceTitle(device, translator),
            })}
            onChange={() => toggle(device.id)}
          />
        </label>
      ),
    },
  ]
}
