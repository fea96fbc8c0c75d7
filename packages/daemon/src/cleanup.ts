/** `netwatcherd --cleanup`: takes away what a daemon that was killed has left on the machine. */

import { existsSync } from 'node:fs'
import { cleanupFirewall } from './firewall/cleanup.js'
import { runCommand } from './os/command.js'
import { removeStaleSocket } from './os/control-socket.js'
import { createIptables } from './os/iptables.js'

/** One sentence for each thing that was there. Throws when a daemon is running. */
export async function cleanUp(socketPaths: readonly string[]): Promise<string[]> {
  const left = socketPaths.filter((path) => existsSync(path))
  for (const path of socketPaths) await removeStaleSocket(path)
  const hadRules = await cleanupFirewall(createIptables(runCommand))
  return [
    ...left.map((path) => `Removed the socket ${path}.`),
    ...(hadRules ? ['Removed the firewall rules of NetWatcher.'] : []),
  ]
}
