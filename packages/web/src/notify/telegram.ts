/** Telegram (https://core.telegram.org/bots/api#sendmessage): plain text by a bot to a chat. */

import type { SettingsOf } from '../contract/channels.js'
import type { Outgoing } from '../os/outgoing.js'
import { type Channel, SendError } from './channel.js'
import { checkAnswer } from './http-answer.js'

/** Its limit is 4096 characters after entities are read. */
const MOST_CHARACTERS = 4000

export function telegramChannel(
  { url, chatId, certificate }: SettingsOf<'telegram'>,
  token: string,
  outgoing: Outgoing,
): Channel {
  return {
    async send({ id, title, text, severity }, signal) {
      if (!/^\d+:[\w-]+$/.test(token))
        throw new SendError('There is no token of a bot, as @BotFather gives it.')
      const body = JSON.stringify({
        chat_id: chatId,
        text: `${title}\n${text}`.slice(0, MOST_CHARACTERS),
        disable_notification: severity === 'info',
        link_preview_options: { is_disabled: true },
      })
      const headers = { 'content-type': 'application/json', 'x-netwatcher-id': id }
      const target = `${url.replace(/\/+$/, '')}/bot${token}/sendMessage`
      const answer = await outgoing.post({ url: target, headers, body, tls: { certificate }, signal })
      checkAnswer('Telegram', answer)
    },
    async close() {},
  }
}
