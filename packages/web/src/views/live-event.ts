/** What happened, and how each reader of the live stream is told of it: in that reader's language. */

import type { Language } from '@netwatcher/shared'
import type { LiveEvent } from '../contract/events.js'

/** Not yet in anybody's words. */
export type LiveNews = LiveEvent

export function liveEvent(news: LiveNews, _language: Language): LiveEvent {
  return news
}
