/** Where the settings of the daemon are, and how it is started again: installed as a service, or out of a checkout. */

import { DEFAULT_DAEMON_CONFIG_PATH } from '@netwatcher/shared'
import type { DaemonState } from '../../contract/status.js'

export interface DaemonSettings {
  path: string
  /** Of the shell. */
  restart: string
}

/** What scripts/start gives a checkout that has no settings of its own yet. */
const NO_FILE = '/dev/null'

/** What an installation has, while the daemon is away or is one that does not say. */
export function daemonSettings(daemon: DaemonState | null): DaemonSettings {
  const path = (daemon?.connected && daemon.configPath) || DEFAULT_DAEMON_CONFIG_PATH
  if (path.startsWith('/etc/')) return { path, restart: 'sudo systemctl restart netwatcherd' }
  return { path: path === NO_FILE ? 'netwatcherd.toml' : path, restart: 'npm start' }
}
