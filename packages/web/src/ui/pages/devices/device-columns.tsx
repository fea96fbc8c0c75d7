/** The columns of the device list. */

import { useMemo } from 'react'
import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import type { Column } from '../../components/data-table.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceLink, deviceTitle, Presence } from '../../components/device-name.js'
import { Age } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'
import { type Translator, translateWord } from '../../i18n/language.js'
import { DeviceRate, type Rates } from './device-rate.js'

type RatesByMac = ReadonlyMap<string, Rates>

export function useDeviceColumns(onLook: (device: Device) => void, rates: RatesByMac): Column<Device>[] {
  const translator = useText()
  return useMemo(() => makeColumns(translator, onLook, rates), [translator, onLook, rates])
}

function makeColumns(
  translator: Translator,
  onLook: (device: Device) => void,
  rates: RatesByMac,
): Column<Device>[] {
  const { t, language } = translator
  return [
    {
      id: 'name',
      header: t('device.name'),
      sort: 'name',
      cell: (device) => <NameCell device={device} onLook={onLook} />,
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
      id: 'type',
      header: t('device.type'),
      priority: 3,
      cell: ({ type, deviceType, label }) => {
        const word = type ?? deviceType
        return word === null ? (
          '–'
        ) : (
          <span title={label ?? undefined}>{translateWord(translator, 'deviceType', word)}</span>
        )
      },
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
      id: 'rate',
      header: t('devices.rate'),
      priority: 3,
      cell: (device) => <DeviceRate rates={rates.get(device.mac)} />,
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

function NameCell({ device, onLook }: { device: Device; onLook: (device: Device) => void }) {
  const translator = useText()
  const title = deviceTitle(device, translator)
  const label = translator.t('devices.look', { device: title })
  return (
    <span className="device-cell">
      <button
        type="button"
        className={`icon-button device-look presence-${device.presence}`}
        aria-label={label}
        title={label}
        onClick={() => onLook(device)}
      >
        <DeviceIcon device={device} />
      </button>
      <span className="grow">
        <Link href={deviceLink(device.id)} className="strong">
          {title}
        </Link>
        <DeviceBadges device={device} />
        <span className="sub mono only-narrow">{device.addresses[0]?.ip ?? device.mac}</span>
      </span>
    </span>
  )
}

export function DeviceBadges({ device }: { device: Device }) {
  const { t, plural } = useText()
  return (
    <span className="badges">
      {device.isSelf && <Badge>{t('device.self')}</Badge>}
      {device.isGateway && <Badge tone="info">{t('device.gateway')}</Badge>}
      {device.trust === 'new' && <Badge tone="warning">{t('trust.new')}</Badge>}
      {device.trust === 'ignored' && <Badge>{t('trust.ignored')}</Badge>}
      {device.activeAlerts > 0 && (
        <Badge tone="critical">{plural('device.alerts', device.activeAlerts)}</Badge>
      )}
    </span>
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
