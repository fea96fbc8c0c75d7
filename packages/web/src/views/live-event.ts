/** What happened, and how each reader of the live stream is told of it: in that reader's language. */

import type { Language } from '@netwatcher/shared'
import type { LiveEvent } from '../contract/events.js'
import type { FirewallState } from '../daemon/types.js'
import type { StoredAlert } from '../storage/alert-repository.js'
import { alertView } from './alert-view.js'
import { firewallView } from './firewall-view.js'

/** Not yet in anybody's words. */
export type LiveNews =
  | Exclude<LiveEvent, { type: 'alert' | 'firewall' }>
  | { type: 'alert'; stored: StoredAlert }
  | { type: 'firewall'; state: FirewallState }

export function liveEvent(news: LiveNews, language: Language): LiveEvent {
  if (news.type === 'alert') return { type: 'alert', alert: alertView(news.stored, language) }
  if (news.type === 'firewall') return { type: 'firewall', firewall: firewallView(news.state, language) }
  return news
}
