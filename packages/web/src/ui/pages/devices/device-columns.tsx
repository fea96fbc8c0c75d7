/** The columns of the device list. */

import { useMemo } from 'react'
import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import type { Column } from '../../components/data-table.js'
import { deviceLink, deviceTitle, Presence } from '../../components/device-name.js'
import { Age } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'
import { type Translator, translateWord } from '../../i18n/language.js'

export function useDeviceColumns(): Column<Device>[] {
  const translator = useText()
  return useMemo(() => makeColumns(translator), [translator])
}

function makeColumns(translator: Translator): Column<Device>[] {
  const { t, language } = translator
  return [
    {
      id: 'name',
      header: t('device.name'),
      sort: 'name',
      cell: (device) => <NameCell device={device} />,
    },
    {
      id: 'presence',
      header: t('devices.presence'),
      sort: 'presence',
      cell: (device) => (
        <>
          <Presence device={device} />
          <span className="sub">
            {translateWord(translator, 'evidence', device.evidence)} · <Age atMs={device.lastSeenMs} />
          </span>
        </>
      ),
    },
    {
      id: 'addresses',
      header: t('device.addresses'),
      priority: 2,
      cell: (device) => <Addresses device={device} />,
    },
    {
      id: 'vendor',
      header: t('device.vendor'),
      priority: 3,
      cell: (device) => (
        <>
          {device.vendor ?? (device.isRandomized ? t('device.private') : '–')}
          <span className="sub mono">{device.mac}</span>
        </>
      ),
    },
    {
      id: 'bytes',
      header: t('device.traffic'),
      sort: 'bytes',
      firstOrder: 'down',
      align: 'end',
      priority: 2,
      cell: (device) => formatBytes(device.txBytes + device.rxBytes, language),
    },
  ]
}

function NameCell({ device }: { device: Device }) {
  const translator = useText()
  const { t, plural } = translator
  const firstIp = device.addresses[0]?.ip
  return (
    <>
      <Link href={deviceLink(device.id)} className="strong">
        {deviceTitle(device, translator)}
      </Link>
      <span className="badges">
        {device.isSelf && <Badge>{t('device.self')}</Badge>}
        {device.isGateway && <Badge tone="info">{t('device.gateway')}</Badge>}
        {device.trust === 'new' && <Badge tone="warning">{t('device.unknown')}</Badge>}
        {device.trust === 'ignored' && <Badge>{t('device.ignored')}</Badge>}
        {device.activeAlerts > 0 && (
          <Badge tone="critical">{plural('device.alerts', device.activeAlerts)}</Badge>
        )}
      </span>
      <span className="sub mono only-narrow">{firstIp ?? device.mac}</span>
    </>
  )
}

const SHOWN_ADDRESSES = 2

/** IPv4 first; the rest is a count. */
function Addresses({ device }: { device: Device }) {
  const { plural } = useText()
  const ips = device.addresses
    .map((address) => address.ip)
    .sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')))
  const more = ips.length - SHOWN_ADDRESSES
  if (ips.length === 0) return <>–</>
  return (
    <span className="mono addresses" title={ips.join('\n')}>
      {ips.slice(0, SHOWN_ADDRESSES).map((ip) => (
        <span key={ip}>{ip}</span>
      ))}
      {more > 0 && <span className="muted">{plural('device.moreAddresses', more)}</span>}
    </span>
  )
}
