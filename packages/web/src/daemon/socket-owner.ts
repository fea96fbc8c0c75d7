/**
 * Who made the socket decides whether to speak to it: grpc-js gives no peer
 * credentials, so a path that another user squats is refused by its owner.
 * Root owns the real one; a daemon that runs as the same user as this process
 * (development, tests) is accepted too, since that user could do anything here.
 */

import { lstat } from 'node:fs/promises'
import { NetWatcherError } from '@netwatcher/shared'
import { unavailableSentence } from './errors.js'

export async function checkSocketOwner(path: string, ownUid: number): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    throw new NetWatcherError('unavailable', 'DAEMON_UNAVAILABLE', unavailableSentence(String(error), path), {
      cause: error,
    })
  })
  if (!stat.isSocket()) {
    throw new NetWatcherError('permission_denied', 'NOT_A_SOCKET', `${path} is not a socket.`)
  }
  if (stat.uid !== 0 && stat.uid !== ownUid) {
    throw new NetWatcherError(
      'permission_denied',
      'SOCKET_OWNER',
      `${path} belongs to user id ${stat.uid}, not to root, so it is not used.`,
    )
  }
}
