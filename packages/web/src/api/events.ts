/**
 * Server-sent events. A page that was away sends Last-Event-ID and gets what it
 * missed, or `reset`. A reader that takes nothing for 15 s is cut off: its
 * frozen connection would hold memory for ever.
 */

import { SECOND_MS } from '@netwatcher/shared'
import { streamSSE } from 'hono/streaming'
import type { LiveHub } from '../live/hub.js'
import { problem } from './problem.js'
import { type Route, route } from './route.js'

const HEARTBEAT_MS = 15 * SECOND_MS
const WRITE_TIMEOUT_MS = 15 * SECOND_MS

export function eventsRoutes({ hub, stopping }: { hub: LiveHub; stopping: AbortSignal }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/events',
      tag: 'events',
      summary: 'Streams live events; Last-Event-ID resumes',
      response: { status: 200, description: 'Server-sent events', contentType: 'text/event-stream' },
      handle: ({ c }) => {
        const subscription = hub.subscribe(c.req.header('last-event-id') ?? null)
        if (!subscription) {
          return problem(c, 503, 'Too many live streams are open.', { reason: 'TOO_MANY_STREAMS' })
        }
        c.header('X-Accel-Buffering', 'no')
        return streamSSE(c, async (stream) => {
          const gone = new AbortController()
          stream.onAbort(() => gone.abort())
          const signal = AbortSignal.any([gone.signal, stopping])
          const write = (text: string) => withTimeout(stream.write(text), WRITE_TIMEOUT_MS)
          try {
            // Lets the browser know at once that the stream is open.
            await write('retry: 1000\n\n')
            while (!signal.aborted) {
              const message = await subscription.next(signal, HEARTBEAT_MS)
              if (signal.aborted) break
              if (message === null) await write(': still here\n\n')
              else await write(frame(message.id, message.event))
            }
          } finally {
            subscription.close()
          }
        })
      },
    }),
  ]
}

function frame(id: string, event: { type: string }): string {
  // JSON has no line breaks of its own, so one data line is enough.
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

async function withTimeout(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The reader of the live stream is stuck.')), ms)
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
