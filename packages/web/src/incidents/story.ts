/**
 * Which alerts belong together. One suspect at one time is one story, however
 * many addresses it lies about; where no suspect is known, the address is the
 * story; a flood, whose sources are invented, is a story by its kind alone.
 */

import { type AlertKind, HOUR_MS, MINUTE_MS, type Party } from '@netwatcher/shared'
import type { SensorAlert } from '../daemon/types.js'

/** An alert that begins later than this after the last one is another story. */
export const JOIN_WITHIN_MS = 30 * MINUTE_MS
/** A story that goes on for longer is told anew. */
export const LONGEST_MS = 24 * HOUR_MS
/** As many incidents of one kind in a minute are a flood: from then on they are one. */
export const CROWD = 20
export const CROWD_WITHIN_MS = MINUTE_MS

/** Parties of each role, and addresses, that an incident names. */
const MOST_NAMED = 16

/** Their sources are made up, one by one. */
const FLOODS: ReadonlySet<AlertKind> = new Set(['mac_flood', 'dhcp_starvation', 'ra_flood', 'dad_dos'])

type Told = Pick<SensorAlert, 'kind' | 'ip' | 'parties'>

/** Keys by which an alert finds its incident; the first kind of key that it has decides. */
export function keysOf({ kind, ip, parties }: Told): string[] {
  if (FLOODS.has(kind)) return [crowdKey(kind)]
  // A drill is told apart from whatever goes on meanwhile.
  const prefix = kind === 'drill' ? 'drill ' : ''
  const suspects = parties.filter(({ role }) => role === 'suspect')
  const keys = suspects.length > 0 ? suspects.map(({ mac, ip }) => (mac === '' ? ip : mac)) : [ip]
  const known = keys.filter((key) => key !== '').map((key) => prefix + key)
  return known.length > 0 ? [...new Set(known)].slice(0, MOST_NAMED) : [crowdKey(kind)]
}

export function crowdKey(kind: AlertKind): string {
  return `many ${kind}`
}

/** What is known of the parties so far, with those of one more alert. */
export function withParties(known: readonly Party[], more: readonly Party[]): Party[] {
  const parties = [...known]
  for (const party of more) {
    const same = parties.findIndex(
      (one) => one.role === party.role && one.mac === party.mac && one.ip === party.ip,
    )
    if (same >= 0) parties[same] = party
    else if (parties.filter(({ role }) => role === party.role).length < MOST_NAMED) parties.push(party)
  }
  return parties
}

export function withAddress(known: readonly string[], ip: string): string[] {
  const isNews = ip !== '' && !known.includes(ip) && known.length < MOST_NAMED
  return isNews ? [...known, ip] : [...known]
}
