/** The command line. Options win over the configuration file, which wins over the defaults. */

import { parseArgs } from 'node:util'
import { DEFAULT_WEB_CONFIG_PATH, invalidArgument } from '@netwatcher/shared'

export const USAGE = `Usage: netwatcher-web [option]…

The web part of NetWatcher: stores what netwatcherd reports and serves it.

  --config FILE       settings (default ${DEFAULT_WEB_CONFIG_PATH})
  --socket PATH       socket of netwatcherd; of several, of the first
  --state-dir DIR     database and token
  --host ADDRESS      where to listen (default 127.0.0.1)
  --port NUMBER       where to listen (default 5000)
  --hand-over         give the state directory to the user, as root, and exit
  --user NAME         user of the web part (default netwatcher)
  --login-link        print a fresh one-time login link and exit
  --allow-host NAME   let channels out to that host, as root, and exit; for several, again
  --check-config      check the settings and exit
  --version           print the version and exit
  --help              print this and exit
`

export type Command = 'run' | 'hand-over' | 'allow-host' | 'login-link' | 'check-config' | 'version' | 'help'

export interface Options {
  command: Command
  /** Null: the default file, which may be missing. */
  config: string | null
  socket: string | null
  stateDir: string | null
  host: string | null
  port: number | null
  user: string | null
  /** Hosts that the unit is to let out to. */
  allowHosts: string[]
}

export function parseOptions(argv: readonly string[]): Options {
  const values = readArgs(argv)
  const commands: Command[] = (
    ['help', 'version', 'check-config', 'login-link', 'hand-over'] as const
  ).filter((name) => values[name])
  const allowHosts = values['allow-host'] ?? []
  return {
    command: commands[0] ?? (allowHosts.length > 0 ? 'allow-host' : 'run'),
    allowHosts,
    config: values.config ?? null,
    socket: values.socket ?? null,
    stateDir: values['state-dir'] ?? null,
    host: values.host ?? null,
    port: values.port === undefined ? null : portNumber(values.port),
    user: values.user ?? null,
  }
}

function readArgs(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      options: {
        config: text,
        socket: text,
        'state-dir': text,
        host: text,
        port: text,
        user: text,
        'allow-host': { type: 'string', multiple: true },
        'hand-over': flag,
        'login-link': flag,
        'check-config': flag,
        version: flag,
        help: flag,
      },
    }).values
  } catch (error) {
    throw invalidArgument('USAGE', error instanceof Error ? error.message : String(error))
  }
}

function portNumber(text: string): number {
  const port = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw invalidArgument('USAGE', `--port must be a number from 0 to 65535, not "${text}".`)
}
