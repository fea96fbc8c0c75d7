/** What every component may use: the API, its answers, the live store, the translator and the server's clock. */

import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { ApiClient } from '../api/client.js'
import type { Translator } from '../i18n/language.js'
import type { LiveState } from '../live/state.js'
import type { LiveStore } from '../live/store.js'

export interface Services {
  api: ApiClient
  live: LiveStore
  /** Answers of the API, by path and query. */
  queries: QueryClient
  translator: Translator
  /** The daemon whose sensors and blocks are shown, by name; empty where there is only one. */
  daemon: { name: string; choose: (name: string) => void }
}

const ServicesContext = createContext<Services | null>(null)

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return (
    <ServicesContext value={services}>
      <QueryClientProvider client={services.queries}>{children}</QueryClientProvider>
    </ServicesContext>
  )
}

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('ServicesProvider is missing')
  return services
}

export function useApi(): ApiClient {
  return useServices().api
}

export function useText(): Translator {
  return useServices().translator
}

/** One part of the live state; renders again only when that part changes. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribe, () => select(live.getState()))
}
