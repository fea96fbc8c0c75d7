/**
 * Reads what the guards go by, anew for each decision. A fact that cannot be
 * read is never an empty list: nothing may be blocked then, and the refusal
 * says which fact it was and why. The guards fail closed.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { Binding } from '../model/host.js'
import type { InterfaceInfo } from '../model/interface.js'
import type { CommandRunner } from '../os/command.js'
import { dhcpServers } from '../os/dhcp-leases.js'
import { listInterfaces } from '../os/interfaces.js'
import { type NeighborEntry, provenNeighbors, readNeighborEntries } from '../os/neighbor-table.js'
import { type Router, readRouters } from '../os/routers.js'
import { dnsServers, isForwarding } from '../os/routes.js'
import { sshPeers } from '../os/ssh-peers.js'
import type { BindingHistory, Sighting } from './binding-history.js'
import type { GuardFacts, GuardFactsProvider } from './guard.js'
import { servedLinks } from './reach.js'

export interface GuardFactSources {
  run: CommandRunner
  history: BindingHistory
  /** Who answers for which address, as the sensors have seen it. */
  sightings(): Sighting[]
  pinned(): Binding[]
  /** Has the kernel find out the MAC of a neighbour. */
  ask(router: Router): void
  nowMs(): number
  /** The daemon's environment variable SSH_CONNECTION, if it has one. */
  sshConnection?: string | undefined
  /** Where the system's tree begins. */
  root?: string
}

export function createGuardFacts(sources: GuardFactSources): GuardFactsProvider {
  const { run, history, sshConnection, root = '/' } = sources
  return {
    read: async (): Promise<GuardFacts> => {
      const [interfaces, routes, entries, dns, dhcp, peers, forwarding] = await Promise.all([
        fact('The interfaces', () => listInterfaces({ root })),
        fact('The routes', () => readRouters(run)),
        fact('The neighbour table', () => readNeighborEntries(run)),
        fact('The DNS servers', () => dnsServers(root)),
        fact('The DHCP leases', () => dhcpServers(root)),
        fact('The SSH sessions', () => sshPeers(sshConnection, root)),
        fact('Whether this machine forwards', () => isForwarding(root)),
      ])
      const routers = [...new Set(routes.map(({ ip }) => ip))]
      const seen = sightings(sources, entries)
      const claims = claimsOf(history, [...routers, ...dns, ...dhcp], seen)
      const pinned = sources.pinned()
      const known = new Set([...pinned, ...claims, ...seen].map(({ ip }) => ip))
      const unknown = unknownRouters(routes, known, entries, interfaces)
      for (const router of unknown) sources.ask(router)
      return {
        ownAddresses: interfaces.flatMap((one) => one.addresses),
        ownMacs: interfaces.map((one) => one.mac).filter((mac) => mac !== ''),
        routers,
        dnsServers: dns,
        dhcpServers: dhcp,
        sshPeers: peers,
        neighbors: seen.map(({ ip, mac }) => ({ ip, mac })),
        claims,
        pinned,
        unknownRouters: [...new Set(unknown.map(({ ip }) => ip))],
        isForwarding: forwarding,
        servedLinks: forwarding ? servedLinks(interfaces) : [],
      }
    },
  }
}

/** Names the fact in the error when it cannot be read. */
async function fact<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const message = `${name} could not be read, so nothing is blocked: ${errorMessage(cause)}.`
    throw new NetWatcherError('unavailable', 'GUARD_FACTS_UNAVAILABLE', message, { cause })
  }
}

/** What the kernel holds for true now, and what the sensors saw. */
function sightings(sources: GuardFactSources, entries: readonly NeighborEntry[]): Sighting[] {
  const seenMs = sources.nowMs()
  return [...provenNeighbors(entries).map((one) => ({ ...one, seenMs })), ...sources.sightings()]
}

function claimsOf(history: BindingHistory, ips: readonly string[], seen: readonly Sighting[]) {
  const distinct = [...new Set(ips)]
  history.watch(distinct)
  history.note(seen)
  return distinct.flatMap((ip) => history.bindingsOf(ip))
}

/**
 * Routers on links with ARP or Neighbour Discovery that nobody has told a MAC
 * of, so that any MAC might be theirs. Not those that were asked in vain: nobody
 * is there.
 */
function unknownRouters(
  routes: readonly Router[],
  known: ReadonlySet<string>,
  entries: readonly NeighborEntry[],
  interfaces: readonly InterfaceInfo[],
): Router[] {
  const links = new Set(
    interfaces.filter((one) => one.isUp && one.hasArp && one.mac !== '').map((one) => one.name),
  )
  const silent = new Set(entries.filter(({ state }) => state === 'FAILED').map(({ ip }) => ip))
  return routes.filter(({ ip, interface: name }) => links.has(name) && !known.has(ip) && !silent.has(ip))
}
