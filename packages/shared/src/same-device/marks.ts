/**
 * What stays with a machine when its MAC does not: its DHCP client identifier,
 * the name that it was given, and the names of its services. A mark that two
 * bear at the same time is nobody's.
 */

import type { ClueSource } from '../clues.js'
import { isOfOneMachine } from './name-kinds.js'

/** What is known of one MAC. */
export interface MacProfile {
  mac: string
  /** IPv4 addresses. */
  ips: readonly string[]
  names: readonly string[]
  clues: readonly { source: ClueSource; value: string }[]
  firstSeenMs: number
  lastSeenMs: number
}

export type MarkKind = 'client_id' | 'service' | 'name'

export interface Mark {
  kind: MarkKind
  /** In one form, so that equal marks are equal texts. */
  value: string
  /** As it is shown. */
  shown: string
}

/** Of the type Ethernet (RFC 2132 section 9.14): it is the MAC itself, so it goes with it. */
const IS_MAC = /^01[0-9a-f]{12}$/
/** The type of a service at the end of an instance. */
const SERVICE = /\.(_[a-z0-9-]+\._(?:tcp|udp))$/i
/** Registered with the suffix of a file server: of a machine; others are of groups. */
const OWN_NETBIOS_NAME = /^(.+)<20>$/
const LEAST_CLIENT_ID = 12

export function marksOf({ names, clues }: MacProfile): Mark[] {
  const marks = [
    ...names.map(nameMark),
    ...clues.map(({ source, value }): Mark | null => {
      switch (source) {
        case 'dhcp_12':
          return nameMark(value)
        case 'nbns_name':
          return nameMark(OWN_NETBIOS_NAME.exec(value)?.[1] ?? '')
        case 'dhcp_61':
          return clientMark(value)
        case 'mdns_instance':
          return serviceMark(value)
        default:
          return null
      }
    }),
  ]
  const known = new Map<string, Mark>()
  for (const mark of marks) if (mark) known.set(`${mark.kind} ${mark.value}`, mark)
  return [...known.values()]
}

function nameMark(name: string): Mark | null {
  const value = name.toLowerCase().replace(/\.(local|lan|home|fritz\.box)$/, '')
  return isOfOneMachine(value) ? { kind: 'name', value, shown: name } : null
}

function clientMark(clientId: string): Mark | null {
  if (IS_MAC.test(clientId) || clientId.length < LEAST_CLIENT_ID) return null
  return { kind: 'client_id', value: clientId, shown: clientId }
}

function serviceMark(instance: string): Mark | null {
  const name = instance.replace(SERVICE, '')
  if (name === instance || !isOfOneMachine(name)) return null
  return { kind: 'service', value: instance.toLowerCase(), shown: name }
}

/** The values of a source: of the options that a client asks for, or its vendor class. */
export function cluesOf({ clues }: MacProfile, source: ClueSource): Set<string> {
  return new Set(clues.filter((clue) => clue.source === source).map(({ value }) => value))
}
