/**
 * Whom a block is about: a device, found by its name or any of its addresses, is
 * meant with all of them; anything else is meant as it is written.
 */

import type { Device } from '../../../contract/devices.js'
import { parseTargets } from '../../../contract/target.js'
import { useText } from '../../app/services.js'
import { deviceTitle } from '../../components/device-name.js'
import { DeviceSearch } from '../../components/device-search.js'
import { Icon } from '../../components/icons.js'
import { useResource } from '../../hooks/use-resource.js'

/** `device`: one of its MACs. */
export type Whom = { device: string } | { text: string }

/** As a plan wants it; null for what is neither. */
export function targetsOf(whom: Whom): { device: string } | { targets: string[] } | null {
  if ('device' in whom) return whom
  const targets = parseTargets(whom.text)
  return targets && { targets }
}

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
  const { t } = useText()
  return (
    <DeviceSearch
      label={t('firewall.target')}
      hint={t('firewall.targetHint')}
      error={error}
      text={text}
      isRequired
      isOffered={({ isSelf }) => !isSelf}
      onText={(typed) => onChange({ text: typed })}
      onChoose={({ mac }) => onChange({ device: mac })}
    />
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
