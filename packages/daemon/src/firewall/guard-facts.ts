/**
 * Reads what the guards go by, anew for each decision. A fact that cannot be
 * read is never an empty list: nothing may be blocked then, and the refusal
 * says which fact it was and why. The guards fail closed.
 */

import { networkInterfaces } from 'node:os'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { CommandRunner } from '../os/command.js'
import { listInterfaces } from '../os/interfaces.js'
import { provenNeighbors, readNeighborEntries } from '../os/neighbor-table.js'
import { dnsServers, isForwarding } from '../os/routes.js'
import { sshPeers } from '../os/ssh-peers.js'
import type { GuardFacts, GuardFactsProvider } from './guard.js'

export interface GuardFactSources {
  run: CommandRunner
  /** The daemon's environment variable SSH_CONNECTION, if it has one. */
  sshConnection?: string | undefined
  /** Where the system's tree begins. */
  root?: string
}

export function createGuardFacts({ run, sshConnection, root = '/' }: GuardFactSources): GuardFactsProvider {
  return {
    read: async (): Promise<GuardFacts> => {
      const [interfaces, entries, servers, peers, forwarding] = await Promise.all([
        fact('The interfaces and their routes', () => listInterfaces({ root, addresses: networkInterfaces })),
        fact('The neighbour table', () => readNeighborEntries(run)),
        fact('The DNS servers', () => dnsServers(root)),
        fact('The SSH sessions', () => sshPeers(sshConnection, root)),
        fact('Whether this machine forwards', () => isForwarding(root)),
      ])
      return {
        ownAddresses: interfaces.flatMap((one) => one.addresses),
        ownMacs: interfaces.map((one) => one.mac).filter((mac) => mac !== ''),
        routers: [...new Set(interfaces.flatMap((one) => one.gateways))],
        dnsServers: servers,
        dhcpServers: [],
        sshPeers: peers,
        neighbors: provenNeighbors(entries),
        claims: [],
        pinned: [],
        unknownRouters: [],
        isForwarding: forwarding,
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
