/** Finds a device by its name or any of its addresses: a field that offers what matches while one types. */

import { useState } from 'react'
import type { Device, DevicesResponse } from '../../contract/devices.js'
import { useText } from '../app/services.js'
import { useResource } from '../hooks/use-resource.js'
import { useThrottled } from '../hooks/use-throttled.js'
import { deviceTitle } from './device-name.js'
import { Field } from './fields.js'

const OFFERED = 6
const TYPING_PAUSE_MS = 250

export interface DeviceSearchProps {
  label: string
  hint: string
  error?: string | null
  text: string
  isRequired: boolean
  /** What is said where only a choice counts: that nobody is called so (null: the text may do), and that none was made. */
  answers?: { nobody: string | null; open: string }
  /** Whether a device is one that may be chosen. */
  isOffered: (device: Device) => boolean
  onText: (text: string) => void
  onChoose: (device: Device) => void
}

export function DeviceSearch(props: DeviceSearchProps) {
  const { label, hint, error = null, text, isRequired, answers, isOffered, onText, onChoose } = props
  const translator = useText()
  const [isOpen, setIsOpen] = useState(false)
  const q = useThrottled(text.trim(), TYPING_PAUSE_MS)
  const isAsking = isOpen && !q.includes('/') && !q.includes(',')
  const { data, isLoading } = useResource<DevicesResponse>(isAsking ? '/api/devices' : null, {
    q,
    sort: 'name',
    pageSize: OFFERED,
  })
  const isFound = isAsking && (data === null || isLoading || data.total > 0)
  const isSettled = q !== '' && q === text.trim()
  const nobody = answers && isSettled && !isFound ? answers.nobody : null
  const refusal = answers && text.trim() !== '' ? (nobody ?? answers.open) : ''
  const offered = isAsking ? (data?.devices.filter(isOffered) ?? []) : []
  return (
    <div className="stack">
      <Field label={label} hint={hint} error={error ?? nobody}>
        {(attributes) => (
          <input
            {...attributes}
            ref={(input) => input?.setCustomValidity(refusal)}
            value={text}
            required={isRequired}
            autoComplete="off"
            spellCheck={false}
            onFocus={() => setIsOpen(true)}
            onChange={(event) => onText(event.target.value)}
          />
        )}
      </Field>
      {offered.length > 0 && (
        <ul className="offered" aria-label={translator.t('firewall.devices')}>
          {offered.map((device) => (
            <li key={device.id}>
              <button type="button" className="button small" onClick={() => onChoose(device)}>
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
