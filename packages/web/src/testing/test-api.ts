/** The API over a store in a temporary directory and a fake daemon, without a port. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VendorTable } from '@netwatcher/shared/identity'
import type { Hono } from 'hono'
import { type ApiDeps, createApi } from '../api/api.js'
import { PlanBook } from '../api/plan-book.js'
import { Authenticator } from '../auth/authenticator.js'
import type { Daemon } from '../daemon/daemons.js'
import { FakeDaemon } from '../daemon/fake-daemon.js'
import { DAEMON_ID } from '../daemon/fake-messages.js'
import { DiscoveryService } from '../discovery/discovery.js'
import { Countries } from '../identity/countries.js'
import { ReverseDns } from '../identity/reverse-dns.js'
import { Twins } from '../identity/twins.js'
import { LiveHub } from '../live/hub.js'
import { Notifier } from '../notify/notifier.js'
import { silentLogger } from '../os/log.js'
import { Outgoing } from '../os/outgoing.js'
import { describeFault } from '../storage/fault.js'
import { DEFAULT_SITE_ID } from '../storage/site-repository.js'
import { openStore } from '../storage/store.js'
import { NOTHING_KNOWN, type Outside } from '../storage/talk-repository.js'
import { NameBook } from '../views/name-book.js'
import { Views } from '../views/views.js'
import { prepareMigrated } from './migrated-state.js'
import { daemonAt, daemonsOf, VERSION } from './test-daemon.js'

export const RUN_ID = 'run'
export const TOKEN = 'T'.repeat(43)
/** Of the fake daemon's events. */
export const FAKE_SOURCE = { siteId: DEFAULT_SITE_ID, daemonId: DAEMON_ID, name: 'default' }
const PLENTY = {
  reusableBytes: 0,
  budgetBytes: 2 ** 31,
  freeBytes: 2 ** 40,
  totalBytes: 2 ** 40,
  shortage: null,
}
/** The one that is believed. */
export const PROXY = '10.0.0.8'
export const HOST = '127.0.0.1:5000'

export interface TestApi extends AsyncDisposable {
  app: Hono
  deps: ApiDeps
  /** The only one, whose gRPC server is `fake`. */
  daemon: Daemon
  fake: FakeDaemon
  stateDir: string
  /** With the bearer token and a good Host, unless `headers` say otherwise. */
  request(method: string, path: string, options?: RequestOptions): Promise<Response>
}

export interface RequestOptions {
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown
  /** Null leaves a header out. */
  headers?: Record<string, string | null>
  /** Address of the other end. */
  peer?: string
}

export async function createTestApi(
  change: Partial<ApiDeps> = {},
  outside: Outside = NOTHING_KNOWN,
  askedNamesDays = 0,
): Promise<TestApi> {
  const stateDir = await mkdtemp(join(tmpdir(), 'netwatcher-test-'))
  const fake = new FakeDaemon(join(stateDir, 'd.sock'))
  await fake.start()
  const nowMs = () => Date.now()
  const daemon = daemonAt(fake.socketPath)
  const daemons = daemonsOf(daemon)
  await prepareMigrated(join(stateDir, 'state'))
  const store = await openStore({ stateDir: join(stateDir, 'state'), nowMs, outside, askedNamesDays })
  const hub = new LiveHub('test', 32)
  const vendors = new VendorTable(() => ({ AABBCC: 'Example Corp\nStreet', AABBCC1: 'Example Sub' }))
  const reverseDns = new ReverseDns(async () => [], nowMs)
  const twins = new Twins(store.sameDevices, nowMs)
  const views = new Views(vendors, reverseDns, 'default', twins)
  const names = new NameBook(store, views)
  const notifier = new Notifier({
    version: VERSION,
    store,
    daemons,
    views,
    names,
    outgoing: new Outgoing(['127.0.0.1']),
    log: silentLogger,
    nowMs,
    minuteOfDay: () => 0,
    writeJournal: () => {},
  })
  const stopping = new AbortController()
  const deps: ApiDeps = {
    version: VERSION,
    store,
    daemons,
    discovery: new DiscoveryService(daemons, (event) => hub.publish(event), nowMs),
    hub,
    twins,
    views,
    names,
    notifier,
    vendors,
    reverseDns,
    countries: new Countries(null),
    authenticator: new Authenticator({ token: TOKEN, runId: RUN_ID }, store.sessions, store.tokens, nowMs),
    plans: new PlanBook(nowMs),
    log: silentLogger,
    hosts: () => new Set(['netwatcher.test:5000']),
    isProxy: (address) => address === PROXY,
    baseOf: () => '',
    ui: new Map(),
    storageError: () => describeFault(store.database.writes.fault),
    heldBackMs: () => 0,
    policy: { retentionDays: 365, budgetBytes: 2 ** 31 },
    room: async () => ({ usedBytes: await store.retention.usedBytes(), ...PLENTY }),
    startedMs: nowMs(),
    nowMs,
    stopping: stopping.signal,
    ...change,
  }
  const app = createApi(deps)
  return {
    app,
    deps,
    daemon,
    fake,
    stateDir,
    async request(method, path, options = {}) {
      const env = { incoming: { socket: { remoteAddress: options.peer } } }
      return await app.request(urlOf(path, options.headers?.host), requestInit(method, options), env)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      hub.close()
      await notifier.stop()
      daemons.close()
      fake.kill()
      await store.close()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

/** As the server makes it, of what the Host header says, where that is a host. */
function urlOf(path: string, host: string | null | undefined): string {
  return `http://${host && /^[\w.:[\]-]+$/.test(host) ? host : HOST}${path}`
}

function requestInit(method: string, { body, headers = {} }: RequestOptions): RequestInit {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const defaults = {
    host: HOST,
    authorization: `Bearer ${TOKEN}`,
    ...(sent !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(sent)),
    }),
  }
  const merged = Object.entries({ ...defaults, ...headers }).filter(([, value]) => value !== null)
  return {
    method,
    headers: merged as [string, string][],
    ...(sent !== undefined && { body: sent }),
  }
}
