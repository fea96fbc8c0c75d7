/** ntfy (https://docs.ntfy.sh/publish): a message by JSON to the server, which tells the phones. */

import type { Severity } from '@netwatcher/shared'
import type { SettingsOf } from '../contract/channels.js'
import type { Outgoing } from '../os/outgoing.js'
import type { Channel } from './channel.js'
import { checkAnswer } from './http-answer.js'

/** 3 is its default, 5 the highest. */
const PRIORITY: Record<Severity, number> = { info: 2, warning: 4, critical: 5 }
const TAG: Record<Severity, string> = {
  info: 'information_source',
  warning: 'warning',
  critical: 'rotating_light',
}

export function ntfyChannel(
  { url, topic, certificate }: SettingsOf<'ntfy'>,
  token: string,
  outgoing: Outgoing,
): Channel {
  return {
    async send({ id, title, text, severity }, signal) {
      const headers = {
        'content-type': 'application/json',
        'x-netwatcher-id': id,
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      }
      const published = { topic, title, message: text, priority: PRIORITY[severity], tags: [TAG[severity]] }
      const body = JSON.stringify(published)
      checkAnswer('ntfy', await outgoing.post({ url, headers, body, tls: { certificate }, signal }))
    },
    async close() {},
  }
}
