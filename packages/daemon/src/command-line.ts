/**
 * The command `netwatcherd`: reads its arguments and configuration, then runs
 * the daemon, a replay, or a clean-up. Only what is asked for is loaded, so a
 * replay does not wait for gRPC.
 */

import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_DAEMON_CONFIG_PATH, errorMessage, NetWatcherError } from '@netwatcher/shared'
import { missingAccounts } from './accounts.js'
import { type Config, defaultConfig, parseConfig } from './config.js'
import type { DaemonOptions } from './daemon.js'
import { createLogger, logFormat } from './os/log.js'

const USAGE = `Usage: netwatcherd [options]
       netwatcherd replay FILE [--json]

Watches the network and serves what it sees on a Unix socket.

  --config FILE     configuration (default ${DEFAULT_DAEMON_CONFIG_PATH})
  --socket PATH     socket to serve on
  --admin PATH      socket for root alone (default: admin.sock beside it)
  --group NAME      group that may use the first socket
  --state-dir DIR   directory for what must survive a restart
  --check-config    only check the configuration
  --cleanup         take away the firewall rules and the sockets that a crash left
  --version         print the version
  --help            print this

  replay            run a capture file (pcap, pcapng) through the same detection
`

/** Exit codes of sysexits.h, which systemd names too. */
const EXIT_FAILURE = 1
const EXIT_USAGE = 2
const EXIT_CONFIG = 78

const OPTIONS = {
  config: { type: 'string' },
  socket: { type: 'string' },
  admin: { type: 'string' },
  group: { type: 'string' },
  'state-dir': { type: 'string' },
  'check-config': { type: 'boolean' },
  cleanup: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

/** Returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  if (argv[0] === 'replay') return runReplay(argv.slice(1))
  let values: Values
  try {
    values = parseArgs({ args: argv, options: OPTIONS }).values
  } catch (error) {
    const [firstSentence] = errorMessage(error).split(/\. |\n/)
    return complain(`${firstSentence}. Try netwatcherd --help.`, EXIT_USAGE)
  }
  if (values.help) return print(USAGE)
  const version = readVersion()
  if (values.version) return print(`netwatcherd ${version}\n`)
  const configPath = resolve(values.config ?? DEFAULT_DAEMON_CONFIG_PATH)
  const config = loadConfig(configPath, values)
  if (!config) return EXIT_CONFIG
  if (values['check-config']) return checkAccounts(config)
  return values.cleanup ? runCleanup(config) : runDaemon({ config, configPath, version })
}

function checkAccounts(config: Config): number {
  const missing = missingAccounts(config)
  for (const sentence of missing) complain(sentence, EXIT_CONFIG)
  return missing.length > 0 ? EXIT_CONFIG : print('The configuration is sound.\n')
}

async function runReplay(args: string[]): Promise<number> {
  if (!(await isBuilt())) return EXIT_CONFIG
  const { replayCommand } = await import('./replay/command.js')
  return replayCommand(args)
}

/** False when the native part was not built, which has been said. */
async function isBuilt(): Promise<boolean> {
  const { isCapAddonBuilt } = await import('./os/cap-addon.js')
  if (isCapAddonBuilt()) return true
  complain('The capture add-on "cap" is not built. Run scripts/setup in the checkout.', EXIT_CONFIG)
  return false
}

async function runCleanup(config: Config): Promise<number> {
  const { cleanUp } = await import('./cleanup.js')
  try {
    for (const line of await cleanUp([config.socket.path, config.socket.admin])) print(`${line}\n`)
    return 0
  } catch (error) {
    return complain(errorMessage(error), EXIT_FAILURE)
  }
}

async function runDaemon(given: Pick<DaemonOptions, 'config' | 'configPath' | 'version'>): Promise<number> {
  if (!(await isBuilt())) return EXIT_CONFIG
  const { startDaemon } = await import('./daemon.js')
  const write = (line: string) => void process.stderr.write(line)
  // Whoever read the log has gone; the daemon goes on.
  process.stderr.on('error', () => {})
  const log = createLogger(write, logFormat(process.stderr.isTTY === true, process.env))
  let onUnsafe = (_sentence: string) => {}
  // The reason for not going on; empty when somebody has asked to stop.
  const stopRequest = new Promise<string>((resolve) => {
    onUnsafe = resolve
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(''))
  })
  let obstacle = ''
  try {
    const stop = await startDaemon({ ...given, env: process.env, log, onUnsafe })
    obstacle = await stopRequest
    await stop()
    log.info('Stopped')
  } catch (error) {
    if (!(error instanceof NetWatcherError)) throw error
    return complain(error.message, error.reason === 'NEWER_STATE' ? EXIT_CONFIG : EXIT_FAILURE)
  }
  // A connection that a client keeps open must not keep the process.
  process.exit(obstacle === '' ? 0 : complain(obstacle, EXIT_CONFIG))
}

/** Null when something was wrong, which has been said. */
function loadConfig(path: string, values: Values): Config | null {
  const text = readConfig(path, values.config !== undefined)
  if (text === null) return null
  const result = text === '' ? { ok: true as const, config: defaultConfig() } : parseConfig(text)
  if (!result.ok) {
    for (const { line, message } of result.errors) complain(`${path}:${line}: ${message}`, EXIT_CONFIG)
    return null
  }
  const { socket, state } = result.config
  return {
    ...result.config,
    socket: {
      path: values.socket ?? socket.path,
      admin: values.admin ?? (values.socket ? join(dirname(values.socket), 'admin.sock') : socket.admin),
      group: values.group ?? socket.group,
    },
    state: { directory: values['state-dir'] ?? state.directory },
  }
}

/** A missing file is as good as an empty one, unless it was asked for. */
function readConfig(path: string, isAskedFor: boolean): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isAskedFor) return ''
    complain(`${path}: ${errorMessage(error)}`, EXIT_CONFIG)
    return null
  }
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(manifest).version)
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function complain(text: string, code: number): number {
  process.stderr.write(`netwatcherd: ${text}\n`)
  return code
}
