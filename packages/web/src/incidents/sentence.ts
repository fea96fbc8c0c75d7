/** What an incident is, as one sentence: who did what, to which address, at whose cost. */

import { type AlertKind, type Party, type Role, type Text, text } from '@netwatcher/shared'

/** A name for a MAC, or null. */
export type NameOf = (mac: string) => string | null

export interface Told {
  kind: AlertKind
  parties: readonly Party[]
  addresses: readonly string[]
  alerts: number
}

/** More than this many of a role are counted. */
const MOST_SPELT = 3

export function incidentText({ kind, parties, addresses, alerts }: Told, nameOf: NameOf): Text {
  const role = (wanted: Role) => parties.filter((party) => party.role === wanted).map(whoIs(nameOf))
  const suspects = role('suspect')
  // Over several alerts somebody may have been first the one and then the other: accused once is enough.
  const others = (wanted: Role) => spell(role(wanted).filter((who) => !suspects.includes(who)))
  return text(`incident_${kind}`, {
    suspect: spell(suspects),
    holder: others('holder'),
    affected: others('affected'),
    address: spell(addresses),
    count: alerts,
  })
}

function whoIs(nameOf: NameOf): (party: Party) => string {
  return ({ mac, ip }) => {
    if (mac === '') return ip
    const name = nameOf(mac)
    return name === null ? mac : `${name} (${mac})`
  }
}

function spell(list: readonly string[]): string {
  const all = [...new Set(list)]
  const more = all.length - MOST_SPELT
  return [...all.slice(0, MOST_SPELT), ...(more > 0 ? [`+${more}`] : [])].join(', ')
}
