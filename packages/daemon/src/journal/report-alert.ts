/** An alert on its way into the journal, for the first time or again: the store has to know which event carried it. */

import type { StoredAlert } from '../model/alert.js'
import type { AlertStore } from './alert-store.js'
import type { Journal } from './journal.js'

export interface AlertPlaces {
  journal: Journal
  alerts: AlertStore
}

export function reportAlert({ journal, alerts }: AlertPlaces, alert: StoredAlert): void {
  const { sequence } = journal.append({ kind: 'alert', alert })
  alerts.reported(alert.id, sequence)
}

/** Reports again one alert whose event was dropped unread; false when there is none. */
export function reportMissed(places: AlertPlaces): boolean {
  const alert = places.alerts.unreported
  if (alert) reportAlert(places, alert)
  return alert !== null
}
