/**
 * The users and groups that the settings name. Those of the defaults are made
 * by the installation, and a checkout does without them; what somebody has named
 * should be there, or only root could connect, and all sensors be `nobody`.
 */

import { type Config, defaultConfig } from './config.js'
import { findGroupId, findUser, type UserIds } from './os/users.js'

/** As many as interfaces are watched unless more are named; systemd/sysusers.conf makes them. */
const SENSOR_USERS = 16
const NOBODY: UserIds = { name: 'nobody', uid: 65_534, gid: 65_534 }

/** NAME-0 and so on, so that sensors cannot touch each other; where there are none, one for all. */
export function sensorUsers(name: string): UserIds[] {
  const named = usersCalled(name)
  return named.length > 0 ? named : [findUser('nobody') ?? NOBODY]
}

function usersCalled(name: string): UserIds[] {
  const own = Array.from({ length: SENSOR_USERS }, (_, i) => findUser(`${name}-${i}`))
  const found = own.filter((user) => user !== null)
  return found.length > 0 ? found : [findUser(name)].filter((user) => user !== null)
}

/** One sentence for each that this machine does not know. */
export function missingAccounts({ socket, capture }: Config): string[] {
  const usual = defaultConfig()
  const missing: string[] = []
  if (socket.group !== usual.socket.group && findGroupId(socket.group) === null)
    missing.push(
      `There is no group "${socket.group}" (socket.group): only root could use the socket. Make it: sudo groupadd --system ${socket.group}`,
    )
  if (capture.sensorUser !== usual.capture.sensorUser && usersCalled(capture.sensorUser).length === 0)
    missing.push(
      `There is no user "${capture.sensorUser}", nor "${capture.sensorUser}-0" (capture.sensor_user): sensors would be nobody. Make it: sudo useradd --system --shell /usr/sbin/nologin ${capture.sensorUser}`,
    )
  return missing
}
