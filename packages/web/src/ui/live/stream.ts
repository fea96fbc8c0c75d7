/**
 * Feeds the live store from GET /api/events. The browser resumes a dropped
 * stream by itself with Last-Event-ID; a refused one is opened anew after a
 * pause. Once a new one is open everything shown is fetched again: what happened
 * between an answer and that moment was told to nobody.
 */

import { type Language, SECOND_MS } from '@netwatcher/shared'
import type { LiveEvent } from '../../contract/events.js'
import { basePath } from '../app/base-path.js'
import type { LiveStore } from './store.js'

const TYPES = [
  'device',
  'alert',
  'incident',
  'traffic',
  'sensor',
  'firewall',
  'scan',
  'daemon',
  'reset',
] as const
const RETRY_MS = 3 * SECOND_MS

/**
 * Opens the stream, its texts in `language`; the returned function closes it.
 * `onRefused` is told when the server does not want it.
 */
export function openLiveStream(store: LiveStore, language: Language, onRefused: () => void): () => void {
  let source: EventSource | null = null
  let retryTimer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    let isNew = true
    source = new EventSource(`${basePath}/api/events?lang=${language}`)
    source.onopen = () => {
      store.setConnection('live')
      if (isNew) store.push({ type: 'reset' })
      isNew = false
    }
    source.onerror = () => {
      store.setConnection('lost')
      if (source?.readyState !== EventSource.CLOSED) return
      onRefused()
      retryTimer = setTimeout(open, RETRY_MS)
    }
    for (const type of TYPES) source.addEventListener(type, (message) => push(message))
  }

  function push(message: MessageEvent<string>): void {
    const event = parseEvent(message.type, message.data)
    if (event) store.push(event)
  }

  open()
  return () => {
    clearTimeout(retryTimer)
    source?.close()
  }
}

/** The data of an event is the contract's object; its type is the event's name. */
export function parseEvent(type: string, data: string): LiveEvent | null {
  if (type === 'reset') return { type }
  try {
    const body: unknown = JSON.parse(data)
    return typeof body === 'object' && body !== null ? ({ ...body, type } as LiveEvent) : null
  } catch {
    return null
  }
}
