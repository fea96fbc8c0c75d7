/** Pinned bindings: which MAC an address belongs to, by the person's word. */

import { useState } from 'react'
import type { BindingsResponse } from '../../contract/alerts.js'
import type { ApiError } from '../api/problem.js'
import { useApi, useText } from '../app/services.js'
import { useAction } from '../hooks/use-action.js'
import { useResource } from '../hooks/use-resource.js'
import { DaemonButton } from './daemon-button.js'
import { deviceInSentence } from './device-name.js'
import { useDeviceOf } from './device-ref.js'
import { Icon } from './icons.js'

export interface Binding {
  ip: string
  mac: string
}

export interface Bindings {
  /** Null until they are known. */
  list: Binding[] | null
  error: ApiError | null
  isBusy: boolean
  pin: (binding: Binding) => void
  unpin: (binding: Binding) => void
}

export function useBindings(): Bindings {
  const api = useApi()
  const resource = useResource<BindingsResponse>('/api/bindings')
  const change = useAction(async (path: string, binding: Binding) => {
    await api.post(path, binding)
    resource.reload()
  })
  return {
    list: resource.data?.bindings ?? null,
    error: change.error ?? (resource.data || isDaemonLost(resource.error) ? null : resource.error),
    isBusy: change.isBusy,
    pin: (binding) => void change.run('/api/bindings', binding),
    unpin: (binding) => void change.run('/api/bindings/remove', binding),
  }
}

/** The banner tells of it, and the buttons say why they are off. */
function isDaemonLost(error: ApiError | null): boolean {
  return error?.problem.reason === 'DAEMON_UNAVAILABLE'
}

/** Asks once more, in a sentence that names the device: whoever is pinned is believed from then on. */
export function PinButton({ ip, mac, bindings }: Binding & { bindings: Bindings }) {
  const { t } = useText()
  const [isAsking, setIsAsking] = useState(false)
  const isPinned = bindings.list?.some((binding) => binding.ip === ip && binding.mac === mac) ?? false
  const change = () => {
    setIsAsking(false)
    if (isPinned) bindings.unpin({ ip, mac })
    else bindings.pin({ ip, mac })
  }
  if (isAsking) {
    return <Question {...{ ip, mac, isPinned }} onYes={change} onNo={() => setIsAsking(false)} />
  }
  return (
    <DaemonButton
      className="button small"
      aria-pressed={isPinned}
      aria-label={t(isPinned ? 'binding.unpinLabel' : 'binding.pinLabel', { ip, mac })}
      disabled={bindings.list === null || bindings.isBusy}
      onClick={() => setIsAsking(true)}
    >
      <Icon name="pin" size={16} />
      {t(isPinned ? 'binding.unpin' : 'binding.pin')}
    </DaemonButton>
  )
}

interface QuestionProps extends Binding {
  isPinned: boolean
  onYes: () => void
  onNo: () => void
}

function Question({ ip, mac, isPinned, onYes, onNo }: QuestionProps) {
  const translator = useText()
  const { t } = translator
  const device = useDeviceOf(mac)
  const name = deviceInSentence(device, mac, translator)
  return (
    <span className="row" role="alert">
      <span>{t(isPinned ? 'binding.askUnpin' : 'binding.askPin', { ip, name })}</span>
      <DaemonButton className="button small primary" onClick={onYes}>
        {t(isPinned ? 'binding.unpin' : 'binding.pin')}
      </DaemonButton>
      <button type="button" className="button small" onClick={onNo}>
        {t('action.cancel')}
      </button>
    </span>
  )
}
