/**
 * Webhook: the message as JSON, by POST, signed by HMAC-SHA256 when there is a
 * key. What is signed is the time, a dot and the body, so that neither can be
 * changed nor an old request be sent again later; docs/NOTIFICATIONS.md shows
 * how it is checked.
 */

import { createHmac } from 'node:crypto'
import type { SettingsOf } from '../contract/channels.js'
import { MESSAGE_VERSION, type Message } from '../contract/message.js'
import type { Outgoing } from '../os/outgoing.js'
import type { Channel } from './channel.js'
import { checkAnswer } from './http-answer.js'

export function webhookChannel(
  { url, certificate }: SettingsOf<'webhook'>,
  key: string,
  { outgoing, nowMs }: { outgoing: Outgoing; nowMs: () => number },
): Channel {
  return {
    async send(message: Message, signal) {
      const body = JSON.stringify(message)
      const seconds = String(Math.floor(nowMs() / 1000))
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'NetWatcher',
        'x-netwatcher-version': String(MESSAGE_VERSION),
        'x-netwatcher-id': message.id,
        'x-netwatcher-event': message.event,
        'x-netwatcher-timestamp': seconds,
        ...(key !== '' && { 'x-netwatcher-signature': `sha256=${sign(key, seconds, body)}` }),
      }
      checkAnswer('The webhook', await outgoing.post({ url, headers, body, tls: { certificate }, signal }))
    },
    async close() {},
  }
}

export function sign(key: string, seconds: string, body: string): string {
  return createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
}
