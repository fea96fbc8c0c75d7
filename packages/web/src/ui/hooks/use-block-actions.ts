/** Keeping a block that waits for it, and taking one back. */

import type { FirewallBlock, FirewallResponse } from '../../contract/firewall.js'
import { useFirewall } from '../app/firewall.js'
import { useServices } from '../app/services.js'
import { useAction } from './use-action.js'

export function useBlockActions({ id }: FirewallBlock) {
  const { api, live } = useServices()
  const { changed } = useFirewall()
  const confirm = useAction(async () =>
    changed(await api.post<FirewallBlock>('/api/firewall/confirm', { blockId: id })),
  )
  const revoke = useAction(async () => {
    const firewall = await api.post<FirewallResponse>('/api/firewall/revoke', { blockId: id })
    live.push({ type: 'firewall', firewall })
  })
  return { confirm, revoke }
}
