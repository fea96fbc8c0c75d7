/**
 * One call as gRPC's interceptors see it, held against the quota of its
 * connection. A unary answer does not wait for its reader (HTTP/2 keeps it until
 * the client opens its window), so what is sent is encoded and counted here, and
 * counted until it has gone. A request that does not come to its end is refused.
 */

import {
  type serialize as Encode,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerMethodDefinition,
} from '@grpc/grpc-js'
import { NetWatcherError } from '@netwatcher/shared'
import type { Logger } from '../os/log.js'
import { toServiceError } from './errors.js'
import type { Quota } from './quota.js'

type InboundListener = Parameters<ServerInterceptingCallInterface['start']>[0]
type Method = Pick<ServerMethodDefinition<unknown, unknown>, 'path' | 'requestStream' | 'responseStream'>

interface CallSurroundings {
  method: Method
  /** Of the method's answers. */
  encode: Encode<unknown>
  quota: Quota
  requestMs: number
  log: Logger
}

export class LimitedCall extends ServerInterceptingCall {
  private unsentBytes = 0
  private isCounted = false
  private isStreamCounted = false
  private requestTimer: NodeJS.Timeout | undefined

  constructor(
    call: ServerInterceptingCallInterface,
    private readonly surroundings: CallSurroundings,
  ) {
    super(call)
  }

  override start(listener: InboundListener): void {
    super.start({
      onReceiveMetadata: (metadata) => this.begin(listener, metadata),
      onReceiveMessage: (message) => {
        if (this.surroundings.method.requestStream) this.awaitRequest()
        listener.onReceiveMessage(message)
      },
      onReceiveHalfClose: () => {
        clearTimeout(this.requestTimer)
        listener.onReceiveHalfClose()
      },
      onCancel: () => {
        this.settle()
        listener.onCancel()
      },
    })
  }

  override sendMessage(message: unknown, onSent: () => void): void {
    const { encode, quota, method, log } = this.surroundings
    let bytes: Buffer
    try {
      bytes = encode(message)
    } catch (error) {
      this.sendStatus(toServiceError(error, method.path, log))
      return
    }
    const { length } = bytes
    if (!quota.unsentBytes.take(length)) {
      this.refuse('TOO_MUCH_UNREAD', 'Too many answers of this connection wait to be read.')
      return
    }
    this.unsentBytes += length
    super.sendMessage(bytes, () => {
      this.unsentBytes -= length
      quota.unsentBytes.give(length)
      onSent()
    })
  }

  private begin(listener: InboundListener, metadata: Metadata): void {
    const { quota, method } = this.surroundings
    this.isCounted = quota.calls.take(1)
    if (!this.isCounted) {
      this.refuse('TOO_MANY_CALLS', 'Too many calls of this connection are under way.')
      return
    }
    this.isStreamCounted = method.responseStream && quota.streams.take(1)
    if (method.responseStream && !this.isStreamCounted) {
      this.refuse('TOO_MANY_STREAMS', 'Too many streams of this connection are open.')
      return
    }
    this.awaitRequest()
    listener.onReceiveMetadata(metadata)
  }

  private awaitRequest(): void {
    clearTimeout(this.requestTimer)
    this.requestTimer = setTimeout(
      () => this.refuse('REQUEST_INCOMPLETE', 'The request did not come to its end in time.'),
      this.surroundings.requestMs,
    )
  }

  private refuse(reason: string, message: string): void {
    const { method, log } = this.surroundings
    const error = new NetWatcherError('resource_exhausted', reason, message)
    this.sendStatus(toServiceError(error, method.path, log))
  }

  /** The call is over, and everything of it has been sent or never will be. */
  private settle(): void {
    const { quota } = this.surroundings
    clearTimeout(this.requestTimer)
    quota.unsentBytes.give(this.unsentBytes)
    this.unsentBytes = 0
    if (this.isStreamCounted) quota.streams.give(1)
    if (this.isCounted) quota.calls.give(1)
    this.isCounted = false
    this.isStreamCounted = false
  }
}
