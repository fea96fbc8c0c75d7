/** Alerts that nobody has acknowledged yet, by severity and the latest few; shared by several places. */

import type { Severity } from '@netwatcher/shared'
import { createContext, type ReactNode, useContext } from 'react'
import type { AlertRecord, AlertsResponse } from '../../contract/alerts.js'
import { useResource } from '../hooks/use-resource.js'

interface OpenAlerts {
  counts: Record<Severity, number>
  latest: AlertRecord[]
}

/** Null until they are known. */
const OpenAlertsContext = createContext<OpenAlerts | null>(null)

export function OpenAlertsProvider({ children }: { children: ReactNode }) {
  const { data } = useResource<AlertsResponse>('/api/alerts', {
    acknowledged: false,
    pageSize: 20,
    sort: '-lastSeen',
  })
  const value = data ? { counts: data.open, latest: data.alerts } : null
  return <OpenAlertsContext value={value}>{children}</OpenAlertsContext>
}

export function useOpenAlerts(): Record<Severity, number> | null {
  return useContext(OpenAlertsContext)?.counts ?? null
}

export function useLatestAlerts(): AlertRecord[] | null {
  return useContext(OpenAlertsContext)?.latest ?? null
}
