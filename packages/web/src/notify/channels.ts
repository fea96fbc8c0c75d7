/** Makes the channel of each type: the one list of them. */

import type { ChannelSettings } from '../contract/channels.js'
import type { Outgoing } from '../os/outgoing.js'
import type { Channel } from './channel.js'
import { emailChannel } from './email.js'
import { gotifyChannel } from './gotify.js'
import type { HomeState } from './home-assistant.js'
import { journalChannel } from './journal.js'
import { mqttChannel, type Retained } from './mqtt.js'
import { ntfyChannel } from './ntfy.js'
import { syslogChannel } from './syslog.js'
import { telegramChannel } from './telegram.js'
import { webhookChannel } from './webhook.js'

export interface ChannelParts {
  outgoing: Outgoing
  nowMs: () => number
  /** Of this connection only. */
  clientId: string
  retained: Retained
  homeState: () => Promise<HomeState>
  writeJournal: (line: string) => void
}

export function makeChannel(settings: ChannelSettings, secret: string, parts: ChannelParts): Channel {
  const { outgoing } = parts
  switch (settings.type) {
    case 'webhook':
      return webhookChannel(settings, secret, parts)
    case 'ntfy':
      return ntfyChannel(settings, secret, outgoing)
    case 'gotify':
      return gotifyChannel(settings, secret, outgoing)
    case 'telegram':
      return telegramChannel(settings, secret, outgoing)
    case 'email':
      return emailChannel(settings, secret, outgoing)
    case 'mqtt':
      return mqttChannel(settings, secret, parts)
    case 'syslog':
      return syslogChannel(settings, outgoing)
    case 'journal':
      return journalChannel(parts.writeJournal)
  }
}
