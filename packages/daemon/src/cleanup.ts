/** `netwatcherd --cleanup`: takes away what a daemon that was killed has left on the machine. */

import { existsSync } from 'node:fs'
import { cleanupFirewall } from './firewall/cleanup.js'
import { runCommand } from './os/command.js'
import { removeStaleSocket } from './os/control-socket.js'
import { createIptables } from './os/iptables.js'

/** One sentence for each thing that was there. Throws when a daemon is running. */
export async function cleanUp(socketPath: string): Promise<string[]> {
  const hadSocket = existsSync(socketPath)
  await removeStaleSocket(socketPath)
  const hadRules = await cleanupFirewall(createIptables(runCommand))
  return [
    ...(hadSocket ? [`Removed the socket ${socketPath}.`] : []),
    ...(hadRules ? ['Removed the firewall rules of NetWatcher.'] : []),
  ]
}
