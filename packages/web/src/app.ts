/**
 * The composition root: everything is made here and handed what it needs.
 * `start` listens last, `stop` undoes it within a few seconds.
 */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { errorMessage, MIB, MINUTE_MS, NO_TEXT, render, SECOND_MS } from '@netwatcher/shared'
import { VendorTable } from '@netwatcher/shared/identity'
import { createApi } from './api/api.js'
import { below } from './api/base-path.js'
import { PlanBook } from './api/plan-book.js'
import type { StaticFile } from './api/static-ui.js'
import { Authenticator } from './auth/authenticator.js'
import { newRunId, removeInstance, writeInstance } from './auth/running-instance.js'
import { makeTicket, readOrCreateToken } from './auth/token.js'
import type { Config } from './config.js'
import { type Daemon, Daemons } from './daemon/daemons.js'
import { DaemonLink, type LinkState } from './daemon/link.js'
import type { DaemonApi, DaemonEvent, DaemonStatus } from './daemon/types.js'
import { askHosts } from './discovery/ask-hosts.js'
import { askWhatTheyAre } from './discovery/ask-what-they-are.js'
import { DiscoveryService } from './discovery/discovery.js'
import { RegularScans } from './discovery/regular-scans.js'
import { Countries } from './identity/countries.js'
import type { Listed } from './identity/listed.js'
import { ReverseDns } from './identity/reverse-dns.js'
import { Twins } from './identity/twins.js'
import { BelievedClock } from './ingest/believed-clock.js'
import { TrafficFolder } from './ingest/folder.js'
import { Ingester } from './ingest/ingester.js'
import { RetentionRunner } from './ingest/retention-runner.js'
import { RoomWatch, type WatchedRoom } from './ingest/room-watch.js'
import { type Room, shortageText } from './ingest/shortage.js'
import { LiveHub } from './live/hub.js'
import { LivePublisher } from './live/publisher.js'
import { httpUrl, INSTANCE_FILE, loginLink } from './login-link.js'
import { Notifier } from './notify/notifier.js'
import { readDiskSpace } from './os/disk-space.js'
import { closeServer, createHttpServer, listen } from './os/http-server.js'
import { writeJournal } from './os/journal.js'
import type { Logger } from './os/log.js'
import { Outgoing } from './os/outgoing.js'
import { type RegularPortScanDeps, scanWhoIsDue } from './portscan/regular-port-scans.js'
import { PresenceTracker } from './presence/tracker.js'
import { publicPlace } from './public-url.js'
import { type Repeating, repeat } from './repeat.js'
import { describeFault } from './storage/fault.js'
import { noteWriter } from './storage/inspect.js'
import type { LossCause } from './storage/loss.js'
import { openStore, type Store } from './storage/store.js'
import type { LiveNews } from './views/live-event.js'
import { NameBook } from './views/name-book.js'
import { Views } from './views/views.js'

const MAX_STREAMS = 32
const FIRST_SCAN_MS = SECOND_MS
const FIRST_QUESTIONS_MS = 20 * SECOND_MS
const PRESENCE_EVERY_MS = 15 * SECOND_MS
const RETENTION_EVERY_MS = 5 * MINUTE_MS
const WINDOWS_EVERY_MS = MINUTE_MS
const NOTIFY_EVERY_MS = SECOND_MS
const MIRROR_EVERY_MS = 5 * SECOND_MS
const PORTS_EVERY_MS = MINUTE_MS
const REGULAR_PROFILE = 'quick'
const TWINS_EVERY_MS = MINUTE_MS
const PLACE_EVERY_MS = 2 * SECOND_MS

export interface AppDeps {
  version: string
  config: Config
  /** Makes the way to the daemon at a socket. */
  connect: (socket: string) => DaemonApi
  log: Logger
  ui: ReadonlyMap<string, StaticFile>
  loadVendors: () => Record<string, string>
  /** The table of countries; it is not asked for when they are switched off. */
  loadCountries: () => Uint8Array
  /** What the owner wants to be told of; may be nothing. */
  listed: Listed
  reverse: (ip: string) => Promise<string[]>
  nowMs: () => number
  monotonicMs: () => number
  /** Whether a time server has confirmed `nowMs` lately. */
  isClockSynchronized: () => boolean
  /** The database cannot be used any more, but a new one can by whoever starts next. */
  onDatabaseLost: (cause: LossCause) => void
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
  const countries = new Countries(config.identity.countries ? deps.loadCountries : null, (error) =>
    log.error('The table of countries cannot be read; no country is told', { error: errorMessage(error) }),
  )
  const own = new Set(config.talk.own_resolvers)
  const outside = {
    countryOf: (ip: string) => countries.countryOf(ip),
    listedAs: (ip: string, name: string | null) => deps.listed.listedAs(ip, name),
    isOwnResolver: (ip: string) => own.has(ip),
  }
  const askedNamesDays = config.talk.asked_names ? config.talk.asked_names_days : 0
  const store = await openStore({
    ...{ stateDir, nowMs, outside, askedNamesDays },
    onLost: deps.onDatabaseLost,
  })
  if (store.database.movedAside !== null) {
    log.error('The database was damaged or deleted. What was left of it was set aside and a new one begun.', {
      movedTo: store.database.movedAside,
    })
  }
  const stopping = new AbortController()
  try {
    return await assemble(deps, store, countries, stopping)
  } catch (error) {
    stopping.abort()
    await store.close()
    throw error
  }
}

/** Who is asked what it is was found before; without scans nobody is asked. */
function discoveryPaces({ discovery }: Config) {
  const { scan_every_minutes: scan, ask_every_minutes: ask } = discovery
  return {
    scan: { firstMs: FIRST_SCAN_MS, everyMs: scan * MINUTE_MS },
    ask: { firstMs: FIRST_QUESTIONS_MS, everyMs: scan === 0 ? 0 : ask * MINUTE_MS },
  }
}

async function assemble(
  deps: AppDeps,
  store: Store,
  countries: Countries,
  stopping: AbortController,
): Promise<App> {
  const { config, log, nowMs } = deps
  const key = { token: readOrCreateToken(join(config.state.directory, 'token')), runId: newRunId() }
  const hub = new LiveHub(randomBytes(6).toString('hex'), MAX_STREAMS)
  const publish = (news: LiveNews) => hub.publish(news)
  const onError = (error: unknown) => log.error('A background job failed', { error: String(error) })
  // A full disk is no reason not to serve.
  await noteWriter(store.database.writes, deps.version).catch(onError)
  await store.positions.expectAll(config.daemon.map(({ name }) => name)).catch(onError)
  // On a full disk it waits for retention.
  await store.askedNames.forgetUnwanted().catch(onError)
  const regularScans = new Map<string, RegularScans[]>()
  const daemons = await reachDaemons(deps, store, (daemon, state) => {
    tellLink(deps, publish, daemon, state)
    for (const scans of regularScans.get(daemon) ?? []) {
      if (state.connected) scans.connected()
      else scans.disconnected()
    }
  })
  const discovery = new DiscoveryService(daemons, publish, nowMs)
  const { scan, ask } = discoveryPaces(config)
  for (const daemon of daemons.all) {
    const discover = () => discovery.of(daemon).discover()
    regularScans.set(daemon.name, [
      new RegularScans(discover, scan, onError),
      new RegularScans(() => askWhatTheyAre(daemon.api), ask, onError),
    ])
  }
  const names = naming(deps, store)
  const nameBook = new NameBook(store, names.views)
  const notifier = new Notifier({
    ...deps,
    ...names,
    store,
    daemons,
    names: nameBook,
    outgoing: new Outgoing(config.notify.local_targets),
    minuteOfDay,
    writeJournal,
  })
  const publisher = new LivePublisher(store, names.views, nameBook, publish, log)
  const clock = believedClock(deps, store)
  const roomWatch = new RoomWatch(
    () => readRoom(config, store),
    (shortage, now) => {
      if (shortage) log.warn(render(shortageText(shortage, now), 'en'))
      else log.info('There is room for the database again')
    },
  )
  const room = () => roomWatch.look()
  const intake = takeIn(deps, { store, daemons, publisher, notifier, onError })
  const hosts = new Set<string>()
  const place = publicPlace(config.http.public_url)
  const api = createApi({
    ...deps,
    ...names,
    countries,
    names: nameBook,
    notifier,
    store,
    daemons,
    discovery,
    hub,
    authenticator: new Authenticator(key, store.sessions, store.tokens, nowMs),
    plans: new PlanBook(nowMs),
    hosts: () => hosts,
    isProxy: (address) => config.http.trusted_proxies.includes(address),
    baseOf: (name) => (name !== undefined && name === place.host ? place.basePath : ''),
    storageError: () => intake.storageError() ?? describeFault(store.database.writes.fault),
    heldBackMs: () => clock.heldBackMs,
    policy: policyOf(config),
    room,
    startedMs: nowMs(),
    stopping: stopping.signal,
  })
  const http = await serve(api, config, hosts)
  const instance = join(config.state.directory, INSTANCE_FILE)
  try {
    writeInstance(instance, { runId: key.runId, ip: http.ip, port: http.port })
  } catch (error) {
    // On a full disk the server is still worth having.
    log.error('No login links can be made until the next start', { error: errorMessage(error) })
  }
  const ingesting = intake.run(stopping.signal)
  // What an earlier run had not folded yet.
  intake.folder.schedule()
  await notifier.start()
  const stored = { store, daemons, publisher, notifier, onError }
  const jobs = housekeeping(deps, stored, { clock, room, twins: names.twins })
  return {
    url: http.url,
    loginLink: () => loginLink(http.publicUrl, makeTicket(key, nowMs())),
    async stop() {
      removeInstance(instance)
      stopping.abort()
      publisher.stop()
      discovery.stop()
      for (const scans of [...regularScans.values()].flat()) scans.disconnected()
      names.reverseDns.stop()
      hub.close()
      const ended = [closeServer(http.server), ...ingesting, intake.folder.stop()]
      await Promise.all([...ended, ...jobs.map((job) => job.stop())])
      await notifier.stop()
      daemons.close()
      await store.close()
    },
  }
}

/** The daemons of the settings, none of which has been reached yet. */
async function reachDaemons(
  { config, connect, nowMs, version }: AppDeps,
  store: Store,
  onLink: (daemon: string, state: LinkState) => void,
): Promise<Daemons> {
  const all: Daemon[] = []
  for (const { name, site, socket } of config.daemon) {
    const siteId = await store.sites.ensure(site)
    const link = new DaemonLink(nowMs, (state) => onLink(name, state))
    all.push({ name, site, siteId, api: connect(socket), link })
  }
  return new Daemons(all, version)
}

/** The state of the connection to a daemon, told to log and page. */
function tellLink(
  { config, log }: AppDeps,
  publish: (news: LiveNews) => void,
  daemon: string,
  state: LinkState,
): void {
  const detail = state.connected ? NO_TEXT : state.detail
  const whose = config.daemon.length > 1 ? { daemon } : {}
  log.info(state.connected ? 'Connected to netwatcherd' : render(detail, 'en'), whose)
  publish({ type: 'daemon', daemon, connected: state.connected, detail })
}

/** Who an address or a MAC is. */
function naming({ config, loadVendors, reverse, nowMs }: AppDeps, store: Store) {
  const vendors = new VendorTable(loadVendors)
  const reverseDns = new ReverseDns(config.identity.reverse_dns ? reverse : async () => [], nowMs)
  const twins = new Twins(store.sameDevices, nowMs)
  return {
    vendors,
    reverseDns,
    twins,
    views: new Views(vendors, reverseDns, config.daemon[0]?.site ?? '', twins),
  }
}

interface Stored {
  store: Store
  daemons: Daemons
  publisher: LivePublisher
  notifier: Notifier
  onError: (error: unknown) => void
}

/** The daemons' events on their way into the store, each by itself, and from there to the browsers. */
function takeIn({ log, nowMs }: AppDeps, { store, daemons, publisher, notifier, onError }: Stored) {
  const folder = new TrafficFolder(() => store.traffic.fold(), onError)
  const ingesters = daemons.all.map((daemon) => {
    const onApplied = (events: readonly DaemonEvent[]) => {
      publisher.applied(daemon, events)
      folder.schedule()
      notifier.wake()
    }
    const admit = (status: DaemonStatus) => daemons.admit(daemon, status)
    return new Ingester({ daemon, store, admit, log, nowMs, onApplied })
  })
  return {
    folder,
    run: (signal: AbortSignal) => ingesters.map((ingester) => ingester.run(signal)),
    storageError: () => ingesters.find(({ storageError }) => storageError)?.storageError ?? null,
  }
}

function believedClock({ nowMs, monotonicMs, isClockSynchronized }: AppDeps, store: Store): BelievedClock {
  return new BelievedClock(store.retention, { nowMs, monotonicMs, isSynchronized: isClockSynchronized })
}

function policyOf({ storage }: Config) {
  return { retentionDays: storage.retention_days, budgetBytes: storage.budget_mib * MIB }
}

async function readRoom({ state, storage }: Config, { retention }: Store): Promise<Room> {
  const [usedBytes, reusableBytes] = await Promise.all([retention.usedBytes(), retention.reusableBytes()])
  const budgetBytes = storage.budget_mib * MIB
  return { usedBytes, reusableBytes, budgetBytes, ...readDiskSpace(state.directory) }
}

/** What is done now and then for as long as the app runs. */
function housekeeping(
  { config, nowMs }: AppDeps,
  { store, daemons, publisher, notifier, onError }: Stored,
  { clock, room, twins }: { clock: BelievedClock; room: () => Promise<WatchedRoom>; twins: Twins },
): Repeating[] {
  const presence = new PresenceTracker({
    store,
    daemons,
    ask: (sensor, ips) => askHosts(daemons.ofSensor(sensor).api, sensor.interface, ips),
    nowMs,
    onChanged: (macs) => publisher.changed(macs),
  })
  const retention = new RetentionRunner({
    repository: store.retention,
    policy: policyOf(config),
    clock,
    room,
  })
  const advanceWindows = async () => {
    const { wallMs, believedMs } = await clock.read()
    await store.windows.advance(Math.min(wallMs, believedMs))
  }
  return [
    repeat(PORTS_EVERY_MS, () => scanWhoIsDue(portScanning(daemons, store, nowMs, onError)), onError),
    repeat(TWINS_EVERY_MS, () => twins.refresh(), onError),
    repeat(PRESENCE_EVERY_MS, () => presence.update(), onError),
    repeat(RETENTION_EVERY_MS, () => retention.run(), onError),
    repeat(WINDOWS_EVERY_MS, advanceWindows, onError),
    repeat(NOTIFY_EVERY_MS, () => notifier.tick(), onError),
    repeat(MIRROR_EVERY_MS, () => notifier.mirror(), onError),
    repeat(PLACE_EVERY_MS, async () => store.database.checkPlace(), onError),
  ]
}

function portScanning(
  daemons: Daemons,
  store: Store,
  nowMs: () => number,
  onError: (error: unknown) => void,
): RegularPortScanDeps {
  return {
    takeDue: () => store.portScans.takeDue(nowMs()),
    scannerOf: (siteId) => {
      const daemon = daemons.all.find((one) => one.siteId === siteId && one.link.state.connected)
      return daemon ? (ip, signal) => daemon.api.scanPorts(ip, REGULAR_PROFILE, signal) : null
    },
    record: (siteId, ip, { ports }) =>
      store.portScans.record({ siteId, ip, profile: REGULAR_PROFILE, ports, atMs: nowMs() }),
    onError,
  }
}

/** Listens, and adds to `hosts` the names that it can then be called by. */
async function serve(api: ReturnType<typeof createApi>, config: Config, hosts: Set<string>) {
  const { host } = config.http
  const place = publicPlace(config.http.public_url)
  const listener = getRequestListener(below(place.basePath, api).fetch, { hostname: 'netwatcher.invalid' })
  const server = createHttpServer(listener, config.http.proxy_users)
  const { ip, port } = await listen(server, host, config.http.port)
  for (const name of hostHeaders(config, port)) hosts.add(name)
  return { server, ip, port, url: httpUrl(host, port), publicUrl: place.url ?? httpUrl(ip, port) }
}

/** Names besides those of the loopback: the one it listens at, and those that the settings add. */
function hostHeaders({ http }: Config, port: number): string[] {
  const names = [http.host.includes(':') ? `[${http.host}]` : http.host, ...http.allowed_hosts]
  const withPort = names.map((name) => `${name}:${port}`)
  const { host: publicHost } = publicPlace(http.public_url)
  // Browsers leave the default port out.
  return [...withPort, ...(port === 80 ? names : []), ...(publicHost === null ? [] : [publicHost])]
}

function minuteOfDay(atMs: number): number {
  const date = new Date(atMs)
  return 60 * date.getHours() + date.getMinutes()
}
