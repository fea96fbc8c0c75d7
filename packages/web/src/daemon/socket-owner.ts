/**
 * Who made the socket decides whether to speak to it: grpc-js gives no peer
 * credentials, so a path that another user squats is refused by its owner.
 * Root owns the real one; a daemon that runs as the same user as this process
 * (development, tests) is accepted too, since that user could do anything here.
 */

import { lstat } from 'node:fs/promises'
import { saidError, text } from '@netwatcher/shared'
import { unavailableText } from './errors.js'

export async function checkSocketOwner(path: string, ownUid: number): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    throw saidError('unavailable', 'DAEMON_UNAVAILABLE', unavailableText(String(error), path), error)
  })
  if (!stat.isSocket()) {
    throw saidError('permission_denied', 'NOT_A_SOCKET', text('daemon_not_a_socket', { path }))
  }
  if (stat.uid !== 0 && stat.uid !== ownUid) {
    const said = text('daemon_socket_owner', { path, uid: stat.uid })
    throw saidError('permission_denied', 'SOCKET_OWNER', said)
  }
}
