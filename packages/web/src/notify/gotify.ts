/** Gotify (https://gotify.net/api-docs): POST /message with the token of an application. */

import type { Severity } from '@netwatcher/shared'
import type { SettingsOf } from '../contract/channels.js'
import type { Outgoing } from '../os/outgoing.js'
import type { Channel } from './channel.js'
import { checkAnswer } from './http-answer.js'

/** From 4 on its app makes a sound, from 8 on it insists. */
const PRIORITY: Record<Severity, number> = { info: 2, warning: 5, critical: 8 }

export function gotifyChannel(
  { url, certificate }: SettingsOf<'gotify'>,
  token: string,
  outgoing: Outgoing,
): Channel {
  const target = `${url.replace(/\/+$/, '')}/message`
  return {
    async send({ id, title, text, severity }, signal) {
      const headers = { 'content-type': 'application/json', 'x-gotify-key': token }
      const extras = { 'netwatcher::message': { id } }
      const body = JSON.stringify({ title, message: text, priority: PRIORITY[severity], extras })
      checkAnswer('Gotify', await outgoing.post({ url: target, headers, body, tls: { certificate }, signal }))
    },
    async close() {},
  }
}
