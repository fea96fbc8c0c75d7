/**
 * Whom a block is about: a device, found by its name or any of its addresses, is
 * meant with all of them; anything else is meant as it is written.
 */

import { useState } from 'react'
import type { Device, DevicesResponse } from '../../../contract/devices.js'
import { parseTargets } from '../../../contract/target.js'
import { useText } from '../../app/services.js'
import { deviceTitle } from '../../components/device-name.js'
import { Field } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { useResource } from '../../hooks/use-resource.js'
import { useThrottled } from '../../hooks/use-throttled.js'

/** `device`: one of its MACs. */
export type Whom = { device: string } | { text: string }

/** As a plan wants it; null for what is neither. */
export function targetsOf(whom: Whom): { device: string } | { targets: string[] } | null {
  if ('device' in whom) return whom
  const targets = parseTargets(whom.text)
  return targets && { targets }
}

const OFFERED = 6
const TYPING_PAUSE_MS = 250

export interface TargetFieldProps {
  whom: Whom
  error?: string | null
  onChange: (whom: Whom) => void
}

export function TargetField({ whom, error = null, onChange }: TargetFieldProps) {
  if ('device' in whom) return <Chosen mac={whom.device} onClear={() => onChange({ text: '' })} />
  return <Search text={whom.text} error={error} onChange={onChange} />
}

interface SearchProps {
  text: string
  error: string | null
  onChange: (whom: Whom) => void
}

function Search({ text, error, onChange }: SearchProps) {
  const translator = useText()
  const { t } = translator
  const [isOpen, setIsOpen] = useState(false)
  const q = useThrottled(text.trim(), TYPING_PAUSE_MS)
  const isAsking = isOpen && !q.includes('/') && !q.includes(',')
  const { data } = useResource<DevicesResponse>(isAsking ? '/api/devices' : null, {
    q,
    sort: 'name',
    pageSize: OFFERED,
  })
  const offered = isAsking ? (data?.devices.filter(({ isSelf }) => !isSelf) ?? []) : []
  return (
    <div className="stack">
      <Field label={t('firewall.target')} hint={t('firewall.targetHint')} error={error}>
        {(attributes) => (
          <input
            {...attributes}
            value={text}
            required
            autoComplete="off"
            spellCheck={false}
            onFocus={() => setIsOpen(true)}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        )}
      </Field>
      {offered.length > 0 && (
        <ul className="offered" aria-label={t('firewall.devices')}>
          {offered.map((device) => (
            <li key={device.id}>
              <button type="button" className="button small" onClick={() => onChange({ device: device.mac })}>
                <strong>{deviceTitle(device, translator)}</strong>
                <span className="mono">{device.addresses[0]?.ip ?? device.mac}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Chosen({ mac, onClear }: { mac: string; onClear: () => void }) {
  const translator = useText()
  const { t } = translator
  const { data: device } = useResource<Device>(`/api/devices/${mac}`)
  const name = device ? deviceTitle(device, translator) : mac
  return (
    <fieldset className="field">
      <legend>{t('firewall.target')}</legend>
      <button
        type="button"
        className="chip"
        onClick={onClear}
        aria-label={t('firewall.another', { name })}
        title={t('firewall.another', { name })}
      >
        <strong>{name}</strong>
        <Icon name="close" size={14} />
      </button>
      {device && <p className="field-note">{t('firewall.allOf', { addresses: addressesOf(device) })}</p>}
    </fieldset>
  )
}

function addressesOf({ macs, addresses }: Device): string {
  return [...macs.map(({ mac }) => mac), ...addresses.map(({ ip }) => ip)].join(', ')
}
