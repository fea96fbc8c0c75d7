/** What every way out is: it accepts a message or says why not. */

import { NetWatcherError } from '@netwatcher/shared'
import type { Message } from '../contract/message.js'

export interface Channel {
  /** Resolves when the other end has accepted it. Throws `SendError` or whatever the connection says. */
  send(message: Message, signal: AbortSignal): Promise<void>
  /** Makes what the other end keeps as it should be; only where it keeps something. */
  mirror?(): Promise<void>
  /** Takes back what the other end keeps. */
  forget?(): Promise<void>
  close(): Promise<void>
}

export class SendError extends NetWatcherError {
  constructor(
    message: string,
    /** The same message will not be accepted later either. */
    readonly isFinal = false,
  ) {
    super('unavailable', 'NOT_ACCEPTED', message)
  }
}
