/** A daemon of the settings, for tests: reached at a socket, or a fake. */

import { DaemonClient } from '../daemon/client.js'
import { type Daemon, Daemons } from '../daemon/daemons.js'
import { DaemonLink } from '../daemon/link.js'
import type { DaemonApi } from '../daemon/types.js'
import { DEFAULT_SITE_ID } from '../storage/site-repository.js'

export const VERSION = '0.0.0-test'

/** Of the default site, not reached yet. */
export function daemonWith(api: DaemonApi, change: Partial<Daemon> = {}): Daemon {
  const link = new DaemonLink(Date.now, () => {})
  return { name: 'local', site: 'default', siteId: DEFAULT_SITE_ID, api, link, ...change }
}

export function daemonAt(socket: string, change: Partial<Daemon> = {}): Daemon {
  return daemonWith(new DaemonClient(socket, process.getuid?.() ?? 0), change)
}

export function daemonsOf(...all: Daemon[]): Daemons {
  return new Daemons(all, VERSION)
}
