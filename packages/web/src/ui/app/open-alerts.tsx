/** How many alerts nobody has acknowledged yet, by severity; shared by several places. */

import type { Severity } from '@netwatcher/shared'
import { createContext, type ReactNode, useContext } from 'react'
import type { AlertsResponse } from '../../contract/alerts.js'
import { useResource } from '../hooks/use-resource.js'

/** Null until they are known. */
const OpenAlertsContext = createContext<Record<Severity, number> | null>(null)

export function OpenAlertsProvider({ children }: { children: ReactNode }) {
  const { data } = useResource<AlertsResponse>('/api/alerts', { acknowledged: false, pageSize: 1 })
  return <OpenAlertsContext value={data?.open ?? null}>{children}</OpenAlertsContext>
}

export function useOpenAlerts(): Record<Severity, number> | null {
  return useContext(OpenAlertsContext)
}
