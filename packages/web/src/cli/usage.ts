/** The command line of `netwatcher`. */

import { parseArgs } from 'node:util'
import { DEFAULT_WEB_CONFIG_PATH, invalidArgument } from '@netwatcher/shared'

export const USAGE = `Usage: netwatcher COMMAND [option]…

Asks NetWatcher, and tells it what to do.

  status              how daemons, sensors and storage are doing
  devices             devices that are known; --online: that are here now
  alerts              alerts; --open: that nobody has acknowledged
  traffic             who talks to whom, most bytes first; --last hour|day|week|month
  scan                look for hosts now; --fast
  watch               what happens, as it happens
  login-link          print a one-time login link (root or NetWatcher's user)
  token list          tokens that were made
  token create NAME   make a token that only reads; --full: that may change things
  token revoke NAME   make it worth nothing
  backup FILE         copy the database, while it is in use, into a file
  restore FILE        put such a file in the place of the database (netwatcher-web must not run)
  report              what a bug report needs, addresses and names replaced

  --json              one JSON value (watch and scan: one a line)
  --limit NUMBER      most lines of a list (default 50)
  --url URL           where NetWatcher is (default: as root, where it says; else http://127.0.0.1:5000); takes a token
  --token-file FILE   the token (default: as root that of the installation; else $NETWATCHER_TOKEN)
  --socket PATH       status, scan and watch: ask the daemon itself at its socket, not the web part
  --daemon NAME       of several daemons, the one to scan with
  --config FILE       settings of the web part (default ${DEFAULT_WEB_CONFIG_PATH})
  --state-dir DIR     its state directory, if not that of the settings
  --version, --help

Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 NetWatcher cannot be reached, 4 refused.
`

const COMMANDS = [
  'status',
  'devices',
  'alerts',
  'traffic',
  'scan',
  'watch',
  'login-link',
  'token',
  'backup',
  'restore',
  'report',
  'help',
  'version',
] as const
export type Command = (typeof COMMANDS)[number]

/** Number of words behind the command. */
const WORDS: Partial<Record<Command, number[]>> = { token: [1, 2], backup: [1], restore: [1] }
const SPANS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 }

export interface Usage {
  command: Command
  words: string[]
  isJson: boolean
  isOnline: boolean
  isOpen: boolean
  isFull: boolean
  isFast: boolean
  /** Null: since ever. */
  lastMs: number | null
  limit: number
  url: string | null
  tokenFile: string | null
  socket: string | null
  daemon: string | null
  config: string | null
  stateDir: string | null
}

export function parseUsage(argv: readonly string[]): Usage {
  const { values, positionals } = readArgs(argv)
  const [name = values.version ? 'version' : 'help', ...words] = positionals
  const command = COMMANDS.find((one) => one === (values.help ? 'help' : name))
  if (command === undefined) throw invalidArgument('USAGE', `There is no command "${name}"; see --help.`)
  if (!(WORDS[command] ?? [0]).includes(words.length) && command !== 'help') {
    throw invalidArgument('USAGE', `netwatcher ${command} takes other arguments; see --help.`)
  }
  return {
    command,
    words,
    isJson: values.json ?? false,
    isOnline: values.online ?? false,
    isOpen: values.open ?? false,
    isFull: values.full ?? false,
    isFast: values.fast ?? false,
    lastMs: values.last === undefined ? null : spanOf(values.last),
    limit: limitOf(values.limit),
    url: values.url ?? null,
    tokenFile: values['token-file'] ?? null,
    socket: values.socket ?? null,
    daemon: values.daemon ?? null,
    config: values.config ?? null,
    stateDir: values['state-dir'] ?? null,
  }
}

function readArgs(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const flags = { json: flag, online: flag, open: flag, full: flag, fast: flag, help: flag, version: flag }
  const texts = { last: text, limit: text, url: text, socket: text, daemon: text, config: text }
  const options = { ...flags, ...texts, 'token-file': text, 'state-dir': text }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw invalidArgument('USAGE', error instanceof Error ? error.message : String(error))
  }
}

function spanOf(text: string): number {
  const found = Object.entries(SPANS).find(([name]) => name === text)
  if (found) return found[1]
  throw invalidArgument('USAGE', `--last must be hour, day, week or month, not "${text}".`)
}

function limitOf(text = '50'): number {
  const limit = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.NaN
  if (limit > 0) return limit
  throw invalidArgument('USAGE', `--limit must be a number from 1 to 999999, not "${text}".`)
}
