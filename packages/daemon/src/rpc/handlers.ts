/**
 * Wraps the handlers of all services. A rejected promise in a handler of
 * grpc-js would end the process, and a stream that is written without waiting
 * for the reader would grow without bound; neither can happen behind these.
 */

import type { Writable } from 'node:stream'
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerWritableStream,
} from '@grpc/grpc-js'
import { NetWatcherError } from '@netwatcher/shared'
import type { Logger } from '../os/log.js'
import { toServiceError } from './errors.js'

/** The writing end of a server stream. */
export interface ResponseStream<Response> {
  /** Settles when the reader has room for more; rejects when it has gone. */
  write(message: Response): Promise<void>
  /** Aborted when the call has ended, however it did. */
  readonly signal: AbortSignal
}

export class Handlers {
  private readonly openStreams = new Map<string, number>()

  constructor(private readonly log: Logger) {}

  unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      // Inside the promise, so that what is thrown at once is caught too.
      new Promise<Response>((resolve) => resolve(handle(call.request))).then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error, call.getPath(), this.log)),
      )
    }
  }

  /** At most `limit` calls of the method at the same time. */
  stream<Request, Response>(
    limit: number,
    handle: (request: Request, stream: ResponseStream<Response>) => Promise<void>,
  ): handleServerStreamingCall<Request, Response> {
    return (call) => {
      void this.serve(call, limit, (stream) => handle(call.request, stream))
    }
  }

  /** Requests are answered one by one, each once the reader has taken the answer before. */
  conversation<Request, Response>(
    answer: (request: Request) => Response,
  ): handleBidiStreamingCall<Request, Response> {
    return (call) => {
      void this.serve(call, Number.POSITIVE_INFINITY, async (stream) => {
        // What has been answered must still go out when the last request has come.
        const requests = call.iterator({ destroyOnReturn: false })
        for await (const request of requests) await stream.write(answer(request))
      })
    }
  }

  private async serve<Request, Response>(
    call: ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>,
    limit: number,
    handle: (stream: ResponseStream<Response>) => Promise<void>,
  ): Promise<void> {
    const method = call.getPath()
    const controller = new AbortController()
    const abort = () => controller.abort()
    call.on('cancelled', abort).on('error', abort).on('close', abort)
    const open = this.openStreams.get(method) ?? 0
    this.openStreams.set(method, open + 1)
    try {
      if (open >= limit) {
        throw new NetWatcherError(
          'resource_exhausted',
          'TOO_MANY_STREAMS',
          `At most ${limit} of these at once.`,
        )
      }
      await handle(responseStream(call, controller.signal))
      if (!controller.signal.aborted) call.end()
    } catch (error) {
      if (!controller.signal.aborted) call.emit('error', toServiceError(error, method, this.log))
    } finally {
      this.openStreams.set(method, (this.openStreams.get(method) ?? 1) - 1)
    }
  }
}

class CallEnded extends Error {}

function responseStream<Response>(
  call: Pick<Writable, 'write' | 'once' | 'off'>,
  signal: AbortSignal,
): ResponseStream<Response> {
  return {
    signal,
    write: (message) => {
      if (signal.aborted) return Promise.reject(new CallEnded())
      if (call.write(message)) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const settle = () => {
          call.off('drain', settle)
          signal.removeEventListener('abort', settle)
          if (signal.aborted) reject(new CallEnded())
          else resolve()
        }
        call.once('drain', settle)
        signal.addEventListener('abort', settle, { once: true })
      })
    },
  }
}
