/** Whom a device's page is about: what it looks like, its name, edited in place, its role, and what can be done. */

import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import type { Device } from '../../../contract/devices.js'
import { useDraft } from '../../app/drafts.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Badge } from '../../components/badge.js'
import { DeviceIcon } from '../../components/device-icon.js'
import { deviceTitle, Presence } from '../../components/device-name.js'
import { Field } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { usePatchDevice } from '../../hooks/use-patch-device.js'
import { translateWord } from '../../i18n/language.js'
import { TrustSelect } from './trust-select.js'
import { WakeButton } from './wake-button.js'

export function DeviceHeader({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  const type = device.type ?? device.deviceType
  return (
    <header className="page-head device-head">
      <span className={`device-icon presence-${device.presence}`}>
        <DeviceIcon device={device} size={34} />
      </span>
      <div className="grow">
        <DeviceName device={device} />
        <p className="row device-state">
          <Presence device={device} />
          <span className="muted">
            <Age atMs={device.lastSeenMs} />
          </span>
          {type !== null && <span>{translateWord(translator, 'deviceType', type)}</span>}
          <span className="mono">{device.addresses[0]?.ip ?? device.mac}</span>
          {device.isSelf && <Badge>{t('device.self')}</Badge>}
          {device.isGateway && <Badge tone="info">{t('device.gateway')}</Badge>}
          {device.isRandomized && <Badge>{t('device.private')}</Badge>}
        </p>
      </div>
      <div className="row">
        <TrustSelect device={device} />
        <BlockLinks device={device} />
      </div>
    </header>
  )
}

function DeviceName({ device }: { device: Device }) {
  const translator = useText()
  const [isEdited, setIsEdited] = useState(false)
  if (isEdited) return <NameForm device={device} onDone={() => setIsEdited(false)} />
  return (
    <div className="row">
      <h1>{deviceTitle(device, translator)}</h1>
      <button
        type="button"
        className="icon-button"
        aria-label={translator.t('device.rename')}
        title={translator.t('device.rename')}
        onClick={() => setIsEdited(true)}
      >
        <Icon name="edit" size={18} />
      </button>
    </div>
  )
}

/** An empty name gives the device back the one that the network has for it. */
function NameForm({ device, onDone }: { device: Device; onDone: () => void }) {
  const translator = useText()
  const { t } = translator
  const patch = usePatchDevice(device.id)
  const { value: name, set: setName, drop } = useDraft(`name ${device.id}`, device.name ?? '')

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (await patch.run({ name: name.trim() || null })) close()
  }

  function close(): void {
    drop()
    onDone()
  }

  return (
    <form onSubmit={(event) => void save(event)}>
      <h1 className="visually-hidden">{deviceTitle(device, translator)}</h1>
      <Field label={t('device.ownName')} error={patch.error?.fieldError('name') ?? null}>
        {(attributes) => (
          <input
            {...attributes}
            // biome-ignore lint/a11y/noAutofocus: it stands where the button was that had the focus
            autoFocus
            value={name}
            maxLength={64}
            placeholder={device.hostname ?? ''}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && close()}
          />
        )}
      </Field>
      <div className="row">
        <button type="submit" className="button primary" disabled={patch.isBusy}>
          {t('action.save')}
        </button>
        <button type="button" className="button" onClick={close}>
          {t('action.cancel')}
        </button>
      </div>
      <ErrorNotice error={patch.error} />
    </form>
  )
}

function BlockLinks({ device }: { device: Device }) {
  const { t } = useText()
  const { daemon } = useStatus()
  if (device.isSelf || device.site !== daemon?.site) return null
  const target = device.addresses.find((address) => !address.ip.includes(':'))?.ip ?? device.mac
  return (
    <>
      <WakeButton device={device} />
      <Link href={`/firewall?device=${encodeURIComponent(device.mac)}`} className="button">
        <Icon name="firewall" size={18} />
        {t('device.pause')}
      </Link>
      <Link href={`/firewall?target=${encodeURIComponent(target)}`} className="button">
        {t('device.block')}
      </Link>
    </>
  )
}
