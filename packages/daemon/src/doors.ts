/**
 * The two ways to the daemon: the group's socket and the one of root alone.
 * Each has a server and limits of its own, so what happens on the first never
 * keeps root out of the second.
 */

import type { Config } from './config.js'
import type { Via } from './model/audit.js'
import { ControlSocket } from './os/control-socket.js'
import type { Logger } from './os/log.js'
import { ADMIN_LIMITS, GROUP_LIMITS } from './rpc/quota.js'
import { createRpcServer } from './rpc/server.js'
import type { RpcService } from './rpc/service.js'

export type Way = Exclude<Via, 'daemon'>

export interface Door {
  socket: ControlSocket
  /** Ends all calls. */
  endCalls(): void
}

export function createDoors(
  { path, admin, group }: Config['socket'],
  services: (via: Way) => readonly RpcService[],
  log: Logger,
): Door[] {
  const ways = [
    { via: 'group' as const, path, group, limits: GROUP_LIMITS },
    { via: 'admin' as const, path: admin, group: null, limits: ADMIN_LIMITS },
  ]
  return ways.map(({ via, limits, ...where }) => {
    const server = createRpcServer(services(via), limits, log)
    const socket = new ControlSocket({ ...where, onConnection: (one) => server.accept(one) }, log)
    return { socket, endCalls: () => server.close() }
  })
}
