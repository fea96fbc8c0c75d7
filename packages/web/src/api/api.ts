/**
 * The whole HTTP surface: guards first, then one small app per resource, then
 * the pages. Whatever is not in the route table needs credentials too, and
 * then is not found.
 */

import { KIB, MIB, type Text } from '@netwatcher/shared'
import type { VendorTable } from '@netwatcher/shared/identity'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Authenticator } from '../auth/authenticator.js'
import type { Daemons } from '../daemon/daemons.js'
import type { DiscoveryService } from '../discovery/discovery.js'
import type { Countries } from '../identity/countries.js'
import type { ReverseDns } from '../identity/reverse-dns.js'
import type { Twins } from '../identity/twins.js'
import type { WatchedRoom } from '../ingest/room-watch.js'
import type { LiveHub } from '../live/hub.js'
import { DrillBook } from '../notify/drill.js'
import type { Notifier } from '../notify/notifier.js'
import type { Logger } from '../os/log.js'
import type { Store } from '../storage/store.js'
import type { LiveNews } from '../views/live-event.js'
import type { NameBook } from '../views/name-book.js'
import type { Views } from '../views/views.js'
import { alertsRoutes } from './alerts.js'
import { askedNamesRoutes } from './asked-names.js'
import { backupRoutes } from './backup.js'
import { channelsRoutes } from './channels.js'
import { clientsRoutes } from './clients.js'
import { deviceNamesRoutes } from './device-names.js'
import { devicePortsRoutes } from './device-ports.js'
import { devicesRoutes } from './devices.js'
import { drillRoutes } from './drill.js'
import { eventsRoutes } from './events.js'
import { FileExports } from './file-exports.js'
import { firewallRoutes } from './firewall.js'
import { gapsRoutes } from './gaps.js'
import { authGuard, hostGuard, jsonGuard, originGuard } from './guards.js'
import { healthRoutes, WATCHED_PATHS } from './health.js'
import { IMPORT_PATH, importsRoutes } from './imports.js'
import { incidentsRoutes } from './incidents.js'
import { internetRoutes } from './internet.js'
import { inventoryChoiceRoutes } from './inventory-choice.js'
import { languageHeaders } from './language.js'
import { docsRoutes } from './openapi.js'
import { performer } from './perform.js'
import type { PlanBook } from './plan-book.js'
import { presenceRoutes } from './presence.js'
import { errorResponse, problem } from './problem.js'
import { type Route, routesApp } from './route.js'
import { scanRoutes } from './scan.js'
import { sessionRoutes } from './session.js'
import { setupRoutes } from './setup.js'
import { sniffRoutes } from './sniff.js'
import { type StaticFile, uiApp } from './static-ui.js'
import { statusRoutes } from './status.js'
import { talkRoutes } from './talk.js'
import { tokensRoutes } from './tokens.js'
import { trafficRoutes } from './traffic.js'
import { wakeRoutes } from './wake.js'

const MAX_BODY_BYTES = 64 * KIB
/** Text in JSON may be twice as long as the file, a database in base64 is a third longer. */
const MAX_IMPORT_BYTES = 33 * MIB

export interface ApiDeps {
  version: string
  store: Store
  daemons: Daemons
  discovery: DiscoveryService
  hub: LiveHub
  views: Views
  twins: Twins
  names: NameBook
  notifier: Notifier
  vendors: VendorTable
  reverseDns: ReverseDns
  countries: Countries
  authenticator: Authenticator
  plans: PlanBook
  log: Logger
  /** Host header values that name this server, besides those of the loopback. */
  hosts: () => ReadonlySet<string>
  /** Whether what a peer says of others' requests is believed. */
  isProxy: (address: string) => boolean
  /** The path below which whoever calls us by this host sees us; empty for none. */
  baseOf: (host?: string) => string
  ui: ReadonlyMap<string, StaticFile>
  storageError: () => Text | null
  /** How far deleting by age is held back. */
  heldBackMs: () => number
  policy: { retentionDays: number; budgetBytes: number }
  room: () => Promise<WatchedRoom>
  startedMs: number
  nowMs: () => number
  /** Aborted when the process is about to end. */
  stopping: AbortSignal
}

export function apiRoutes(deps: ApiDeps): Route[][] {
  const publish = (news: LiveNews) => deps.hub.publish(news)
  const exports = new FileExports()
  const resources = [
    sessionRoutes(deps),
    clientsRoutes(deps),
    deviceNamesRoutes(deps),
    devicePortsRoutes(deps),
    askedNamesRoutes({ ...deps, exports }),
    devicesRoutes({ ...deps, exports, publish }),
    wakeRoutes(deps),
    inventoryChoiceRoutes(deps),
    setupRoutes(deps),
    importsRoutes({ ...deps, publish }),
    presenceRoutes(deps),
    internetRoutes(deps),
    trafficRoutes({ ...deps, exports }),
    sniffRoutes(deps),
    alertsRoutes({ ...deps, publish }),
    incidentsRoutes({ ...deps, publish }),
    channelsRoutes(deps),
    drillRoutes({ ...deps, drills: new DrillBook(deps.store, deps.nowMs) }),
    firewallRoutes(deps),
    scanRoutes(deps),
    statusRoutes(deps),
    gapsRoutes(deps),
    eventsRoutes(deps),
    talkRoutes(deps),
    tokensRoutes(deps),
    backupRoutes(deps),
    healthRoutes(deps),
  ]
  const docs: Route[] = docsRoutes(() => [...resources.flat(), ...docs], deps.version)
  return [...resources, docs]
}

export function createApi(deps: ApiDeps): Hono {
  const resources = apiRoutes(deps)
  const isPublic = publicRoutes(resources.flat())
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      // Plain HTTP on the loopback: promising TLS would lock other local servers out.
      strictTransportSecurity: false,
    }),
  )
  app.use(hostGuard(deps.hosts, deps.isProxy))
  app.use(originGuard)
  for (const path of ['/api/*', ...WATCHED_PATHS]) {
    app.use(path, languageHeaders)
    app.use(path, authGuard(deps.authenticator, isPublic))
    app.use(path, jsonGuard)
    app.use(path, (c, next) => limitOf(c.req.path)(c, next))
    app.use(path, async (c, next) => {
      await next()
      c.header('Cache-Control', 'no-store')
    })
  }
  const perform = performer(deps)
  for (const routes of resources) app.route('/', routesApp(routes, perform))
  app.all('/api/*', (c) => problem(c, 404, 'There is no such resource.', { reason: 'NO_ROUTE' }))
  app.all('/api', (c) => problem(c, 404, 'There is no such resource.', { reason: 'NO_ROUTE' }))
  app.route('/', uiApp(deps.ui, deps.baseOf))
  app.onError((error, c) =>
    errorResponse(c, error, (cause) => {
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
      deps.log.error('A request failed', { method: c.req.method, path: c.req.path, error: text })
    }),
  )
  return app
}

const limited = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: (c) =>
      problem(c, 413, `The body is larger than ${maxSize} bytes.`, { reason: 'BODY_TOO_LARGE' }),
  })
const ORDINARY = limited(MAX_BODY_BYTES)
const WHOLE_FILE = limited(MAX_IMPORT_BYTES)

function limitOf(path: string) {
  return path.startsWith(IMPORT_PATH) ? WHOLE_FILE : ORDINARY
}

/** Public routes have no parameters in their path, so a comparison decides. */
function publicRoutes(routes: readonly Route[]): (method: string, path: string) => boolean {
  const keys = new Set(routes.filter((one) => one.isPublic).map((one) => `${one.method} ${one.path}`))
  return (method, path) => keys.has(`${method === 'HEAD' ? 'GET' : method} ${path}`)
}
