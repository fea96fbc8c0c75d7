/** What is asked for a channel of each type, and how it becomes the body of the request, as data. */

import { SECRET_OF } from '../../../contract/channel-secrets.js'
import type { ChannelType } from '../../../contract/channels.js'

export type FieldName = 'url' | 'topic' | 'chatId' | 'host' | 'port' | 'from' | 'to' | 'username'

export const FIELDS: Record<ChannelType, readonly FieldName[]> = {
  ntfy: ['topic', 'url'],
  telegram: ['chatId'],
  email: ['host', 'port', 'from', 'to', 'username'],
  mqtt: ['host', 'port', 'username'],
  webhook: ['url'],
  gotify: ['url'],
  syslog: ['host', 'port'],
  journal: [],
}

export const TYPES = Object.keys(FIELDS) as ChannelType[]

export interface ChannelDraft {
  name: string
  type: ChannelType
  values: Partial<Record<FieldName, string>>
  secret: string
  tellsOfDevices: boolean
  language: 'en' | 'id'
}

/** Empty fields are left out: the server knows what is usual. It also checks, and says by field what is wrong. */
export function bodyOf({ name, type, values, secret, tellsOfDevices, language }: ChannelDraft) {
  const settings = Object.fromEntries(
    FIELDS[type].flatMap((field) => {
      const value = values[field]?.trim() ?? ''
      return value === '' ? [] : [[field, typed(field, value)]]
    }),
  )
  const devices = tellsOfDevices ? ['device_new', 'device_gone', 'device_back'] : []
  return {
    name: name.trim(),
    settings: { type, ...settings },
    ...(SECRET_OF[type] && secret !== '' ? { secret } : {}),
    rules: {
      events: [
        'incident',
        'incident_ended',
        'sensor',
        'internet',
        'port_opened',
        'quota',
        'note',
        ...devices,
      ],
      language,
    },
  }
}

function typed(field: FieldName, value: string): unknown {
  if (field === 'port') return Number(value)
  return field === 'to' ? value.split(/[\s,;]+/).filter((one) => one !== '') : value
}
