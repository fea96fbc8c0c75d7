/**
 * What a host announces by DNS-SD (RFC 6763): its services, what they are called
 * and what their TXT records say. Of TXT only the keys that tell what a device
 * is are taken: others are counters, keys and states.
 */

import {
  DNS_HINFO,
  DNS_PTR,
  DNS_SRV,
  DNS_TXT,
  type DnsMessage,
  type DnsRecord,
  decodeNetbiosName,
} from '../../wire/dns.js'
import type { Clues } from './clue.js'

const SERVICE = /^_[a-z0-9-]{1,63}\._(?:tcp|udp)\.local$/i
const INSTANCE = /^(.{1,200})\.(_[a-z0-9-]{1,63}\._(?:tcp|udp))\.local$/i
const ENUMERATION = '_services._dns-sd._udp.local'
const MAX_ASKED = 16

const KEYS = new Set([
  'am',
  'bridgeid',
  'ci',
  'deviceid',
  'displaymodel',
  'dvnm',
  'fn',
  'friendly_name',
  'id',
  'integrator',
  'manufacturer',
  'md',
  'mdl',
  'mfg',
  'model',
  'modelid',
  'modelname',
  'n',
  'name',
  'nm',
  'platform',
  'product',
  'rmmd',
  'rpmd',
  'serial',
  'serialnumber',
  'ty',
  'type',
  'usb_mdl',
  'usb_mfg',
  'vendor',
])

export function mdnsClues(message: DnsMessage): Clues {
  if (message.isResponse) return message.answers.flatMap(readRecord)
  return message.questions
    .filter(({ name, type }) => type === DNS_PTR && SERVICE.test(name))
    .slice(0, MAX_ASKED)
    .map(({ name }) => ['mdns_asked', withoutLocal(name)] as const)
}

function readRecord({ name, type, data }: DnsRecord): Clues {
  if (type === DNS_HINFO) return [['mdns_hinfo', data.split('\n').join(' ')]]
  if (type === DNS_PTR) return readPointer(name, data)
  const instance = INSTANCE.exec(name)
  if (instance === null || (type !== DNS_SRV && type !== DNS_TXT)) return []
  const service = (instance[2] ?? '').toLowerCase()
  const known: Clues = [
    ['mdns_service', service],
    ['mdns_instance', `${instance[1]}.${service}`],
  ]
  return type === DNS_SRV ? known : [...known, ...readText(service, data)]
}

function readPointer(name: string, data: string): Clues {
  if (name.toLowerCase() === ENUMERATION)
    return SERVICE.test(data) ? [['mdns_service', withoutLocal(data)]] : []
  const instance = SERVICE.test(name) ? INSTANCE.exec(data) : null
  if (instance === null) return []
  const service = (instance[2] ?? '').toLowerCase()
  return [
    ['mdns_service', service],
    ['mdns_instance', `${instance[1]}.${service}`],
  ]
}

function readText(service: string, data: string): Clues {
  return data.split('\n').flatMap((text) => {
    const equals = text.indexOf('=')
    const key = text.slice(0, Math.max(0, equals)).toLowerCase()
    return KEYS.has(key) ? [['mdns_txt', `${service} ${key}=${text.slice(equals + 1)}`] as const] : []
  })
}

function withoutLocal(name: string): string {
  return name.toLowerCase().replace(/\.local$/, '')
}

/** Registrations and answers of a NetBIOS host: its names, with the kind of each (RFC 1001 section 14). */
export function netbiosClues(message: DnsMessage): Clues {
  return message.answers.flatMap(({ name }) => {
    const decoded = decodeNetbiosName(name)
    if (decoded === null || decoded.name === '*') return []
    return [['nbns_name', `${decoded.name}<${decoded.suffix.toString(16).padStart(2, '0')}>`] as const]
  })
}
