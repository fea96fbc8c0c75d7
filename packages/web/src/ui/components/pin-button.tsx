/** Pinned bindings: which MAC an address belongs to, by the person's word. */

import type { BindingsResponse } from '../../contract/alerts.js'
import type { ApiError } from '../api/problem.js'
import { useApi, useText } from '../app/services.js'
import { useAction } from '../hooks/use-action.js'
import { useResource } from '../hooks/use-resource.js'
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
    error: change.error ?? (resource.data ? null : resource.error),
    isBusy: change.isBusy,
    pin: (binding) => void change.run('/api/bindings', binding),
    unpin: (binding) => void change.run('/api/bindings/remove', binding),
  }
}

export function PinButton({ ip, mac, bindings }: Binding & { bindings: Bindings }) {
  const { t } = useText()
  const isPinned = bindings.list?.some((binding) => binding.ip === ip && binding.mac === mac) ?? false
  return (
    <button
      type="button"
      className="button small"
      aria-pressed={isPinned}
      aria-label={t(isPinned ? 'binding.unpinLabel' : 'binding.pinLabel', { ip, mac })}
      disabled={bindings.list === null || bindings.isBusy}
      onClick={() => (isPinned ? bindings.unpin({ ip, mac }) : bindings.pin({ ip, mac }))}
    >
      <Icon name="pin" size={16} />
      {t(isPinned ? 'binding.unpin' : 'binding.pin')}
    </button>
  )
}
