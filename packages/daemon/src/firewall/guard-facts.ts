/**
 * Reads what the guards go by, anew for each decision. If it cannot be read,
 * nothing may be blocked: the guards fail closed.
 */

import { NetWatcherError } from '@netwatcher/shared'
import type { CommandRunner } from '../os/command.js'
import { listInterfaces } from '../os/interfaces.js'
import { readNeighborTable } from '../os/neighbor-table.js'
import { dnsServers, isForwarding } from '../os/routes.js'
import { sshPeers } from '../os/ssh-peers.js'
import type { GuardFacts, GuardFactsProvider } from './guard.js'

/** `sshConnection` is the daemon's environment variable SSH_CONNECTION, if it has one. */
export function createGuardFacts(runCommand: CommandRunner, sshConnection?: string): GuardFactsProvider {
  const read = async (): Promise<GuardFacts> => {
    const [interfaces, neighbors, servers, peers, forwarding] = await Promise.all([
      listInterfaces(),
      readNeighborTable(runCommand),
      dnsServers(),
      sshPeers(sshConnection),
      isForwarding(),
    ])
    return {
      ownAddresses: interfaces.flatMap((one) => one.addresses),
      ownMacs: interfaces.map((one) => one.mac).filter((mac) => mac !== ''),
      gateways: interfaces.flatMap((one) => one.gateways),
      dnsServers: servers,
      sshPeers: peers,
      neighbors,
      isForwarding: forwarding,
    }
  }
  return {
    read: () =>
      read().catch((cause: unknown) => {
        throw new NetWatcherError(
          'unavailable',
          'GUARD_FACTS_UNAVAILABLE',
          'What must not be blocked could not be read, so nothing is blocked.',
          { cause },
        )
      }),
  }
}
