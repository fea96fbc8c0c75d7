/** What is blocked, for all pages: fetched once, newer by the live stream, which carries the whole state. */

import { createContext, type ReactNode, useContext } from 'react'
import type { FirewallBlock, FirewallResponse } from '../../contract/firewall.js'
import { type Resource, useResource } from '../hooks/use-resource.js'
import { useLive, useServices } from './services.js'
import { useStatus } from './status.js'

export interface FirewallView {
  resource: Resource<FirewallResponse>
  /** Null until it is known. */
  firewall: FirewallResponse | null
  /** Lays what a request has answered over what is known. */
  changed: (block: FirewallBlock) => void
}

const FirewallContext = createContext<FirewallView | null>(null)

export function FirewallProvider({ children }: { children: ReactNode }) {
  const { live } = useServices()
  const { daemon } = useStatus()
  const newest = useLive((state) => state.firewalls.get(daemon?.name ?? ''))
  // Not before it is known which daemon is looked at.
  const resource = useResource<FirewallResponse>(daemon ? '/api/firewall' : null)
  const firewall = newest ?? resource.data
  function changed(block: FirewallBlock): void {
    if (!firewall) return
    const others = firewall.blocks.filter((one) => one.id !== block.id)
    live.push({ type: 'firewall', firewall: { ...firewall, blocks: [...others, block] } })
  }
  return <FirewallContext value={{ resource, firewall, changed }}>{children}</FirewallContext>
}

export function useFirewall(): FirewallView {
  const view = useContext(FirewallContext)
  if (!view) throw new Error('FirewallProvider is missing')
  return view
}
