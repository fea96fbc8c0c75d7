/** Devices that a channel tells of: found by name or address, or a MAC that nobody has here yet, as it is written. */

import { useState } from 'react'
import type { DevicesResponse } from '../../../contract/devices.js'
import { readMac } from '../../../contract/target.js'
import { useText } from '../../app/services.js'
import { deviceTitle } from '../../components/device-name.js'
import { DeviceSearch } from '../../components/device-search.js'
import { Icon } from '../../components/icons.js'
import { useResource } from '../../hooks/use-resource.js'

export interface DevicesFieldProps {
  macs: readonly string[]
  onChange: (macs: string[]) => void
}

export function DevicesField({ macs, onChange }: DevicesFieldProps) {
  const { t } = useText()
  const [text, setText] = useState('')
  const written = readMac(text.trim())
  const add = (more: readonly string[]) => {
    setText('')
    onChange([...new Set([...macs, ...more])])
  }
  return (
    <div className="stack">
      <DeviceSearch
        label={t('notify.rules.macs')}
        hint={t('notify.rules.macsHint')}
        text={text}
        isRequired={false}
        answers={{
          nobody: written === null ? t('notify.rules.nobody', { text: text.trim() }) : null,
          open: t('notify.rules.choose'),
        }}
        isOffered={(device) => !macs.includes(device.mac)}
        onText={setText}
        onChoose={(device) => add(device.macs.map(({ mac }) => mac))}
      />
      {written !== null && !macs.includes(written) && (
        <button type="button" className="button small" onClick={() => add([written])}>
          {t('notify.rules.addMac', { mac: written })}
        </button>
      )}
      {macs.length > 0 && (
        <div className="row">
          {macs.map((mac) => (
            <Chosen key={mac} mac={mac} onRemove={() => onChange(macs.filter((one) => one !== mac))} />
          ))}
        </div>
      )}
    </div>
  )
}

function Chosen({ mac, onRemove }: { mac: string; onRemove: () => void }) {
  const translator = useText()
  // Searched for, since nobody may have it.
  const { data } = useResource<DevicesResponse>('/api/devices', { q: mac, pageSize: 1 })
  const device = data?.devices.find(({ macs }) => macs.some((one) => one.mac === mac))
  const name = device ? deviceTitle(device, translator) : mac
  const label = translator.t('notify.rules.removeMac', { name, mac })
  return (
    <button type="button" className="chip" onClick={onRemove} aria-label={label} title={label}>
      <strong>{name}</strong>
      <Icon name="close" size={14} />
    </button>
  )
}
