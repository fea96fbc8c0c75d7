/** What happened, and how each reader of the live stream is told of it: in that reader's language. */

import type { Language } from '@netwatcher/shared'
import type { LiveEvent } from '../contract/events.js'
import type { StoredAlert } from '../storage/alert-repository.js'
import { alertView } from './alert-view.js'

/** Not yet in anybody's words. */
export type LiveNews = Exclude<LiveEvent, { type: 'alert' }> | { type: 'alert'; stored: StoredAlert }

export function liveEvent(news: LiveNews, language: Language): LiveEvent {
  return news.type === 'alert' ? { type: 'alert', alert: alertView(news.stored, language) } : news
}
