/** The one secret that a channel of a type has; null when it has none. Apart, so that the page needs no schemas for it. */

import type { ChannelType } from './channels.js'

export const SECRET_OF: Record<ChannelType, 'key' | 'token' | 'password' | null> = {
  webhook: 'key',
  ntfy: 'token',
  gotify: 'token',
  telegram: 'token',
  email: 'password',
  mqtt: 'password',
  syslog: null,
  journal: null,
}
