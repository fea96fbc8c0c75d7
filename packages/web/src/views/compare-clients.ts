/** What is different between two snapshots of who answered: by MAC, and by address for whom none is known. */

import type { Client, Comparison } from '../contract/clients.js'

export function compareClients(
  earlier: readonly Client[],
  later: readonly Client[],
): Pick<Comparison, 'appeared' | 'gone' | 'changed'> {
  const before = byKey(earlier)
  const after = byKey(later)
  return {
    appeared: [...after].filter(([key]) => !before.has(key)).flatMap(([, clients]) => clients),
    gone: [...before].filter(([key]) => !after.has(key)).flatMap(([, clients]) => clients),
    changed: [...after].flatMap(([key, clients]) => pairs(before.get(key) ?? [], clients)),
  }
}

/** A device may have answered from several addresses. */
function byKey(clients: readonly Client[]): Map<string, Client[]> {
  const groups = new Map<string, Client[]>()
  for (const client of clients) {
    const key = `${client.site ?? ''} ${client.mac ?? client.ip}`
    groups.set(key, [...(groups.get(key) ?? []), client])
  }
  return groups
}

function pairs(before: readonly Client[], after: readonly Client[]): Comparison['changed'] {
  const isSame = (one: Client, other: Client) => one.ip === other.ip && one.hostname === other.hostname
  const left = before.filter((one) => !after.some((other) => isSame(one, other)))
  const came = after.filter((one) => !before.some((other) => isSame(one, other)))
  return came.flatMap((client, i) => {
    const was = left[i]
    return was ? [{ before: was, after: client }] : []
  })
}
