/**
 * The composition root: everything is made here and handed what it needs.
 * `start` listens last, `stop` undoes it within a few seconds.
 */

import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { MIB, MINUTE_MS, NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import { createApi } from './api/api.js'
import type { LiveEvent } from './api/contract.js'
import type { StaticFile } from './api/static-ui.js'
import { Views } from './api/views.js'
import { Authenticator } from './auth/authenticator.js'
import { makeTicket, readOrCreateToken } from './auth/token.js'
import type { Config } from './config.js'
import { DaemonLink } from './daemon/link.js'
import type { DaemonApi, DaemonEvent } from './daemon/types.js'
import { DiscoveryService } from './discovery/discovery.js'
import { RegularScans } from './discovery/regular-scans.js'
import { ReverseDns } from './identity/reverse-dns.js'
import { VendorTable } from './identity/vendor.js'
import { BelievedClock } from './ingest/believed-clock.js'
import { TrafficFolder } from './ingest/folder.js'
import { Ingester } from './ingest/ingester.js'
import { RetentionRunner } from './ingest/retention-runner.js'
import { LiveHub } from './live/hub.js'
import { LivePublisher } from './live/publisher.js'
import type { Logger } from './os/log.js'
import { PresenceTracker } from './presence/tracker.js'
import { repeat } from './repeat.js'
import { describeFault } from './storage/fault.js'
import { DEFAULT_SITE_ID } from './storage/site-repository.js'
import { openStore, type Store } from './storage/store.js'

const MAX_STREAMS = 32
const MAX_CONNECTIONS = 256
const PRESENCE_EVERY_MS = 15 * SECOND_MS
const RETENTION_EVERY_MS = 5 * MINUTE_MS
const WINDOWS_EVERY_MS = MINUTE_MS

export interface AppDeps {
  version: string
  config: Config
  daemon: DaemonApi & { close(): void }
  log: Logger
  ui: ReadonlyMap<string, StaticFile>
  loadVendors: () => Record<string, string>
  reverse: (ip: string) => Promise<string[]>
  nowMs: () => number
  monotonicMs: () => number
  /** Whether a time server has confirmed `nowMs` lately. */
  isClockSynchronized: () => boolean
}

export interface App {
  /** Without path, for example `http://127.0.0.1:5000`. */
  url: string
  loginLink(): string
  stop(): Promise<void>
}

export async function startApp(deps: AppDeps): Promise<App> {
  const { config, log, nowMs } = deps
  const stateDir = config.state.directory
  const store = await openStore({ stateDir, nowMs: nowMs() })
  if (store.database.movedAside !== null) {
    log.error('The database was damaged. It was set aside and a new one begun.', {
      movedTo: store.database.movedAside,
    })
  }
  const stopping = new AbortController()
  try {
    return await assemble(deps, store, stopping)
  } catch (error) {
    stopping.abort()
    await store.close()
    throw error
  }
}

async function assemble(deps: AppDeps, store: Store, stopping: AbortController): Promise<App> {
  const { config, daemon, log, nowMs } = deps
  const token = readOrCreateToken(join(config.state.directory, 'token'))
  const hub = new LiveHub(randomBytes(6).toString('hex'), MAX_STREAMS)
  const publish = (event: LiveEvent) => hub.publish(event)
  const link = new DaemonLink(nowMs, (state) => {
    const detail = state.connected ? '' : state.detail
    log.info(state.connected ? 'Connected to netwatcherd' : detail)
    publish({ type: 'daemon', connected: state.connected, detail })
    if (state.connected) regularScans.connected()
    else regularScans.disconnected()
  })
  const vendors = new VendorTable(deps.loadVendors)
  const lookUp = config.identity.reverse_dns ? deps.reverse : async () => []
  const reverseDns = new ReverseDns(lookUp, nowMs)
  const views = new Views(vendors, reverseDns)
  const publisher = new LivePublisher(store, link, views, publish, log)
  const onError = (error: unknown) => log.error('A background job failed', { error: String(error) })
  const folder = new TrafficFolder(() => store.traffic.fold(), onError)
  const onApplied = (events: readonly DaemonEvent[]) => {
    publisher.applied(events)
    folder.schedule()
  }
  const ingester = new Ingester({ daemon, store, siteId: DEFAULT_SITE_ID, link, log, nowMs, onApplied })
  const discovery = new DiscoveryService(daemon, publish, nowMs)
  const scanEveryMs = config.discovery.scan_every_minutes * MINUTE_MS
  const regularScans = new RegularScans(() => discovery.discover(), scanEveryMs, onError)
  const presence = new PresenceTracker(store, link, nowMs, (macs) => publisher.changed(macs))
  const policy = {
    retentionDays: config.storage.retention_days,
    budgetBytes: config.storage.budget_mib * MIB,
  }
  const clock = new BelievedClock(store.retention, {
    nowMs,
    monotonicMs: deps.monotonicMs,
    isSynchronized: deps.isClockSynchronized,
  })
  const retention = new RetentionRunner(store.retention, policy, clock)
  const advanceWindows = async () => {
    const { wallMs, believedMs } = await clock.read()
    await store.windows.advance(Math.min(wallMs, believedMs))
  }
  const hosts = new Set<string>()
  const api = createApi({
    ...deps,
    store,
    link,
    discovery,
    hub,
    views,
    vendors,
    reverseDns,
    authenticator: new Authenticator(token, store.sessions, nowMs),
    hosts: () => hosts,
    storageError: () => ingester.storageError || (describeFault(store.database.writes.fault) ?? ''),
    heldBackMs: () => clock.heldBackMs,
    policy,
    startedMs: nowMs(),
    stopping: stopping.signal,
  })
  const { host } = config.http
  const server = createHttpServer(getRequestListener(api.fetch, { hostname: 'netwatcher.invalid' }))
  const port = await listen(server, host, config.http.port)
  for (const name of hostHeaders(config, port)) hosts.add(name)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`

  const ingesting = ingester.run(stopping.signal)
  // What an earlier run had not folded yet.
  folder.schedule()
  const jobs = [
    repeat(PRESENCE_EVERY_MS, () => presence.update(), onError),
    repeat(RETENTION_EVERY_MS, () => retention.run(), onError),
    repeat(WINDOWS_EVERY_MS, advanceWindows, onError),
  ]
  return {
    url,
    loginLink: () => `${url}/login?token=${makeTicket(token, nowMs())}`,
    async stop() {
      stopping.abort()
      publisher.stop()
      discovery.stop()
      regularScans.disconnected()
      reverseDns.stop()
      hub.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), SECOND_MS).unref()
      await Promise.all([closed, ingesting, folder.stop(), ...jobs.map((job) => job.stop())])
      daemon.close()
      await store.close()
    },
  }
}

function createHttpServer(listener: ReturnType<typeof getRequestListener>): Server {
  const server = createServer(listener)
  server.headersTimeout = 10 * SECOND_MS
  server.requestTimeout = 30 * SECOND_MS
  server.keepAliveTimeout = 5 * SECOND_MS
  server.maxConnections = MAX_CONNECTIONS
  return server
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `${host} port ${port}`
  const sentences: Record<string, string> = {
    EADDRINUSE: `Another program already listens on ${where}; stop it, or choose another port with --port.`,
    EACCES: `This user may not listen on ${where}; choose a port above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}.`,
  }
  const sentence = sentences[error.code ?? '']
  if (sentence === undefined) return error
  return new NetWatcherError('failed_precondition', 'CANNOT_LISTEN', sentence, { cause: error })
}

/** Names that a browser on this machine may use, and those that the configuration adds. */
function hostHeaders(config: Config, port: number): string[] {
  const { host, allowed_hosts } = config.http
  const names = ['127.0.0.1', 'localhost', '[::1]', host.includes(':') ? `[${host}]` : host, ...allowed_hosts]
  const withPort = names.map((name) => `${name}:${port}`)
  // Browsers leave the default port out.
  return port === 80 ? [...withPort, ...names] : withPort
}
