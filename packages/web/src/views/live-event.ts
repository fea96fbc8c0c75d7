/** What happened, and how each reader of the live stream is told of it: in that reader's language. */

import { type Language, render, renderAll, type Text } from '@netwatcher/shared'
import type { LiveEvent } from '../contract/events.js'
import type { CaptureStatus, FirewallState } from '../daemon/types.js'
import type { NameOf } from '../incidents/sentence.js'
import type { StoredAlert } from '../storage/alert-repository.js'
import type { StoredIncident } from '../storage/incident-repository.js'
import { alertView } from './alert-view.js'
import { firewallView } from './firewall-view.js'
import { incidentView } from './incident-view.js'
import { sensorView } from './views.js'

type ScanEvent = Extract<LiveEvent, { type: 'scan' }>

/** Not yet in anybody's words. */
export type LiveNews =
  | Exclude<LiveEvent, { type: 'alert' | 'daemon' | 'firewall' | 'incident' | 'scan' | 'sensor' }>
  | { type: 'alert'; stored: StoredAlert }
  | { type: 'daemon'; daemon: string; connected: boolean; detail: Text }
  | { type: 'incident'; stored: StoredIncident; nameOf: NameOf }
  | { type: 'sensor'; daemon: string; status: CaptureStatus }
  | { type: 'firewall'; daemon: string; state: FirewallState }
  | (Omit<ScanEvent, 'detail'> & { details: readonly Text[] })

export function liveEvent(news: LiveNews, language: Language): LiveEvent {
  switch (news.type) {
    case 'alert':
      return { type: 'alert', alert: alertView(news.stored, language) }
    case 'daemon':
      return { ...news, detail: render(news.detail, language) }
    case 'incident':
      return { type: 'incident', incident: incidentView(news.stored, news.nameOf, language) }
    case 'firewall':
      return { type: 'firewall', firewall: firewallView(news, language) }
    case 'sensor':
      return { type: 'sensor', sensor: sensorView(news, language) }
    case 'scan': {
      const { details, ...progress } = news
      return { ...progress, detail: renderAll(details, language) }
    }
    default:
      return news
  }
}
