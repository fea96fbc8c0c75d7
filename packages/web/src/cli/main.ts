/** The command `netwatcher`: one question or order, and an exit code. */

import { createReadStream, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { NewTokenResponse, TokensResponse } from '../contract/tokens.js'
import { DaemonClient } from '../daemon/client.js'
import { freshLoginLink } from '../login-link.js'
import { accountOf } from '../os/hand-over.js'
import { startAsUser } from '../os/start-as-user.js'
import { publicPlace } from '../public-url.js'
import { readSettings } from '../settings-file.js'
import { Client, findPlace } from './client.js'
import { backup, openBackup, report, restore } from './files.js'
import { type Lines, scan, scanByDaemon, watch, watchDaemon } from './live.js'
import { type Shown, showAlerts, showDevices, showStatus, showTokens, showTraffic } from './show.js'
import { parseUsage, USAGE, type Usage } from './usage.js'

const EXIT_FAILED = 1
const EXIT_CODES: Partial<Record<NetWatcherError['code'], number>> = {
  invalid_argument: 2,
  unavailable: 3,
  permission_denied: 4,
}

export async function main(argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(parseUsage(argv))
  } catch (error) {
    process.stderr.write(`netwatcher: ${errorMessage(error)}\n`)
    process.exitCode = exitCode(error)
  }
}

function exitCode(error: unknown): number {
  if (!(error instanceof NetWatcherError)) return EXIT_FAILED
  if (['NOT_RUNNING', 'NO_TOKEN'].includes(error.reason)) return 3
  return EXIT_CODES[error.code] ?? EXIT_FAILED
}

async function run(usage: Usage): Promise<number> {
  switch (usage.command) {
    case 'help':
      write(USAGE)
      return 0
    case 'version':
      write(`netwatcher ${version()}\n`)
      return 0
    case 'login-link':
      print(usage, loginLink(usage))
      return 0
    case 'restore':
      return await runRestore(usage)
    default:
      if (usage.socket === null) await runOverHttp(usage, new Client(place(usage)))
      else await runOverSocket(usage, usage.socket)
      return 0
  }
}

async function runOverHttp(usage: Usage, client: Client): Promise<void> {
  switch (usage.command) {
    case 'status':
      return print(usage, await showStatus(client))
    case 'devices':
      return print(usage, await showDevices(client, usage))
    case 'alerts':
      return print(usage, await showAlerts(client, usage))
    case 'traffic':
      return print(usage, await showTraffic(client, usage, Date.now()))
    case 'scan':
      return await scan(client, usage, lines(usage))
    case 'watch':
      return await watch(client, lines(usage), interrupted())
    case 'token':
      return await runToken(usage, client)
    case 'backup': {
      const [file = ''] = usage.words
      await backup(client, file)
      return print(usage, { json: { file }, text: `${file}\n` })
    }
    default: {
      const system = { version: version(), node: process.version, arch: process.arch, kernel: release() }
      write(`${JSON.stringify(await report(client, system), null, 1)}\n`)
    }
  }
}

async function runOverSocket(usage: Usage, socket: string): Promise<void> {
  const api = new DaemonClient(socket, process.getuid?.() ?? 0)
  try {
    if (usage.command === 'scan') return await scanByDaemon(api, usage.isFast, lines(usage))
    if (usage.command === 'watch') return await watchDaemon(api, lines(usage), interrupted())
    if (usage.command !== 'status') {
      throw new NetWatcherError(
        'invalid_argument',
        'USAGE',
        'The daemon itself knows status, scan and watch.',
      )
    }
    const status = await api.getStatus()
    print(usage, { json: status, text: `${JSON.stringify(status, null, 1)}\n` })
  } finally {
    api.close()
  }
}

async function runToken(usage: Usage, client: Client): Promise<void> {
  const [verb, name] = usage.words
  if (verb === 'list' && name === undefined) return print(usage, await showTokens(client))
  if (verb === 'create' && name !== undefined) {
    const access = usage.isFull ? 'full' : 'read'
    const made = await client.post<NewTokenResponse>('/api/tokens', { name, access })
    return print(usage, { json: made, text: `${made.token}\n` })
  }
  if (verb === 'revoke' && name !== undefined) {
    const { tokens } = await client.get<TokensResponse>('/api/tokens')
    const found = tokens.find((token) => token.name === name)
    if (!found) throw new NetWatcherError('not_found', 'NO_TOKEN', `There is no token "${name}".`)
    await client.delete(`/api/tokens/${found.id}`)
    return print(usage, { json: { revoked: name }, text: '' })
  }
  throw new NetWatcherError(
    'invalid_argument',
    'USAGE',
    'It is token list, token create NAME or token revoke NAME.',
  )
}

/** Root only opens the file; what is in it is looked at by the user of the web part. */
async function runRestore(usage: Usage): Promise<number> {
  const [file = ''] = usage.words
  const input = file === '-' ? 0 : openBackup(file)
  if (process.getuid?.() === 0) {
    const { user } = readSettings(usage.config, 'netwatcher').state
    const options = ['--state-dir', stateDir(usage), ...(usage.isJson ? ['--json'] : [])]
    const program = process.argv[1] ?? ''
    return await startAsUser(accountOf(user), [process.execPath, program, 'restore', '-', ...options], input)
  }
  const stream = file === '-' ? process.stdin : createReadStream('', { fd: input })
  const kept = await restore(stateDir(usage), stream, Date.now())
  const text = kept === null ? 'Restored.\n' : `Restored. What was there is kept as ${kept}.\n`
  print(usage, { json: { restored: true, kept }, text })
  return 0
}

function loginLink(usage: Usage): Shown {
  const { url } = publicPlace(readSettings(usage.config, 'netwatcher').http.public_url)
  const link = freshLoginLink(stateDir(usage), usage.url ?? url, Date.now())
  return { json: { link }, text: `${link}\n` }
}

function place(usage: Usage) {
  const { url, tokenFile } = usage
  const environmentToken = process.env.NETWATCHER_TOKEN
  return findPlace({ url, tokenFile, stateDir: stateDir(usage), environmentToken })
}

function stateDir({ stateDir: given, config }: Usage): string {
  return given ?? readSettings(config, 'netwatcher').state.directory
}

function print({ isJson }: Usage, { json, text }: Shown): void {
  write(isJson ? `${JSON.stringify(json)}\n` : text)
}

function lines({ isJson }: Usage): Lines {
  return { isJson, write }
}

function write(text: string): void {
  process.stdout.write(text)
}

function interrupted(): AbortSignal {
  const gone = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => gone.abort())
  return gone.signal
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

await main(process.argv.slice(2))
