/** A device's addresses, each of which may be pinned to it: then any other claimant is an alert. */

import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { PinButton, useBindings } from '../../components/pin-button.js'
import { Age } from '../../components/time.js'

type Address = Device['addresses'][number]

export function AddressesCard({ device }: { device: Device }) {
  const { t } = useText()
  const bindings = useBindings()
  const columns: Column<Address>[] = [
    {
      id: 'ip',
      header: t('device.address'),
      cell: (address) => (
        <>
          <span className="mono">{address.ip}</span>
          <span className="sub">
            {t('device.lastSeen')}: <Age atMs={address.lastSeenMs} />
          </span>
        </>
      ),
    },
    {
      id: 'pin',
      header: t('binding.column'),
      align: 'end',
      cell: (address) =>
        address.isDisputed ? (
          <Badge tone="warning">{t('binding.disputed')}</Badge>
        ) : (
          <PinButton ip={address.ip} mac={device.mac} bindings={bindings} />
        ),
    },
  ]
  return (
    <Card title={t('device.addresses')}>
      <ErrorNotice error={bindings.error} />
      {device.addresses.length === 0 ? (
        <Empty icon="devices" title={t('device.noAddress')} />
      ) : (
        <DataTable
          caption={t('device.addresses')}
          columns={columns}
          rows={device.addresses}
          rowKey={(address) => address.ip}
        />
      )}
      <p className="muted">{t('binding.hint')}</p>
    </Card>
  )
}
