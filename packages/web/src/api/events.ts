/**
 * Server-sent events. A page that was away sends Last-Event-ID and gets what it
 * missed, or `reset`. A reader that takes nothing for 15 s is cut off: its
 * frozen connection would hold memory for ever.
 */

import type { HttpBindings } from '@hono/node-server'
import { type Language, SECOND_MS } from '@netwatcher/shared'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { streamSSE } from 'hono/streaming'
import type { Authenticator } from '../auth/authenticator.js'
import { eventsQuery, liveEventSchema } from '../contract/events.js'
import type { LiveHub, LiveMessage } from '../live/hub.js'
import { liveEvent } from '../views/live-event.js'
import { credentialsOf, SESSION_COOKIE } from './guards.js'
import { problem } from './problem.js'
import { type Route, route } from './route.js'

const HEARTBEAT_MS = 15 * SECOND_MS
const WRITE_TIMEOUT_MS = 15 * SECOND_MS

export interface EventsDeps {
  hub: LiveHub
  /** Aborted when the process is about to end. */
  stopping: AbortSignal
  authenticator: Authenticator
  nowMs: () => number
  writeTimeoutMs?: number
}

export function eventsRoutes(deps: EventsDeps): Route[] {
  const { hub, stopping, nowMs, writeTimeoutMs = WRITE_TIMEOUT_MS } = deps
  return [
    route({
      method: 'GET',
      path: '/api/events',
      tag: 'events',
      summary: 'Streams live events; Last-Event-ID resumes',
      query: eventsQuery,
      response: {
        status: 200,
        description: 'Server-sent events; the data of each is one of these',
        contentType: 'text/event-stream',
        schema: liveEventSchema,
      },
      handle: ({ c, query, language: preferred }) => {
        const language = query.lang ?? preferred
        const subscription = hub.subscribe(c.req.header('last-event-id') ?? null, holderOf(c))
        if (!subscription) {
          return problem(c, 503, 'Too many live streams are open.', { reason: 'TOO_MANY_STREAMS' })
        }
        c.header('X-Accel-Buffering', 'no')
        c.header('Content-Language', language)
        return streamSSE(c, async (stream) => {
          const gone = new AbortController()
          stream.onAbort(() => gone.abort())
          const signal = AbortSignal.any([gone.signal, stopping])
          const write = (text: string) => within(stream.write(text), writeTimeoutMs)
          try {
            // Lets the browser know at once that the stream is open.
            let isTaken = await write('retry: 1000\n\n')
            let checkedMs = nowMs()
            while (isTaken && !signal.aborted) {
              if (Math.abs(nowMs() - checkedMs) >= HEARTBEAT_MS) {
                if (!(await isStillAllowed(deps, c))) break
                checkedMs = nowMs()
              }
              const message = await subscription.next(signal, HEARTBEAT_MS)
              if (signal.aborted || subscription.isClosed) break
              isTaken = await write(message === null ? ': still here\n\n' : frame(message, language))
            }
            if (!isTaken) cutOff(c)
          } finally {
            subscription.close()
          }
        })
      },
    }),
  ]
}

/** A session that has ended and a token that was revoked get no more. */
async function isStillAllowed({ authenticator }: EventsDeps, c: Context): Promise<boolean> {
  return typeof (await authenticator.check(credentialsOf(c))) !== 'string'
}

/** Who asks: each session by itself, and all who have the token together. */
function holderOf(c: Context): string {
  return getCookie(c, SESSION_COOKIE) ?? ''
}

function frame({ id, news }: LiveMessage, language: Language): string {
  const event = liveEvent(news, language)
  // JSON has no line breaks of its own, so one data line is enough.
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/** False when the time is over first. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const isDone = await Promise.race([work.then(() => true), timeout])
  clearTimeout(timer)
  return isDone
}

/** Closing would wait for the reader as well: the connection itself has to go. */
function cutOff(c: Context): void {
  const { outgoing } = c.env as Partial<HttpBindings>
  outgoing?.destroy()
}
