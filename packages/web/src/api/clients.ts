/** Clients: who answers on the LAN right now, and stored snapshots of that. */

import { compareIp, NetWatcherError, renderAll } from '@netwatcher/shared'
import {
  type Client,
  type ClientsResponse,
  type Comparison,
  clientsSchema,
  compareQuery,
  comparisonSchema,
  historyQuery,
  type PersistResponse,
  persistBody,
  persistSchema,
  snapshotParams,
  snapshotSchema,
  snapshotsSchema,
} from '../contract/clients.js'
import type { Host } from '../daemon/types.js'
import type { Discovery, DiscoveryService } from '../discovery/discovery.js'
import type { ReverseDns } from '../identity/reverse-dns.js'
import type { AddressName } from '../storage/name-repository.js'
import type { Snapshot } from '../storage/snapshot-repository.js'
import type { Store } from '../storage/store.js'
import { compareClients } from '../views/compare-clients.js'
import type { Views } from '../views/views.js'
import { type Route, route } from './route.js'

/** Names are worth a moment, but the list does not wait for a slow resolver. */
const NAMES_WITHIN_MS = 1_000

export interface ClientsDeps {
  store: Store
  discovery: DiscoveryService
  reverseDns: ReverseDns
  views: Views
  nowMs: () => number
}

export function clientsRoutes(deps: ClientsDeps): Route[] {
  const { store, discovery, nowMs } = deps
  return [
    route({
      method: 'GET',
      path: '/api/clients',
      tag: 'clients',
      summary: 'Finds the hosts on the LAN now; nothing is stored',
      // It asks everybody on the LAN.
      access: 'full',
      response: { status: 200, description: 'The hosts that were found', schema: clientsSchema },
      handle: async ({ c, language }) => {
        const found = await discovery.discover()
        const response: ClientsResponse = {
          clients: await clientsOf(deps, found),
          method: found.method,
          detail: renderAll(found.details, language),
          interfaces: found.found.flatMap(({ daemon, interfaces }) =>
            interfaces.map(({ details, ...one }) => ({
              daemon: daemon.name,
              ...one,
              detail: renderAll(details, language),
            })),
          ),
        }
        return c.json(response)
      },
    }),
    route({
      method: 'POST',
      path: '/api/clients/persist',
      tag: 'clients',
      summary: 'Finds the hosts on the LAN now and stores them as history',
      body: persistBody,
      response: { status: 201, description: 'The stored snapshot', schema: persistSchema },
      handle: async ({ c }) => {
        const found = await discovery.discover()
        const clients = await clientsOf(deps, found)
        const takenAtMs = nowMs()
        const detail = renderAll(found.details, 'en')
        const snapshotId = await store.snapshots.save(clients, found.method, detail, takenAtMs)
        const response: PersistResponse = { snapshotId, stored: clients.length, takenAtMs }
        return c.json(response, 201)
      },
    }),
    route({
      method: 'GET',
      path: '/api/clients/history',
      tag: 'clients',
      summary: 'Lists stored snapshots, newest first',
      query: historyQuery,
      response: { status: 200, description: 'Snapshots', schema: snapshotsSchema },
      handle: async ({ c, query }) => c.json({ ...query, ...(await store.snapshots.list(query)) }),
    }),
    route({
      method: 'GET',
      path: '/api/clients/history/:id',
      tag: 'clients',
      summary: 'Reads one stored snapshot',
      params: snapshotParams,
      response: { status: 200, description: 'The clients of that time', schema: snapshotSchema },
      handle: async ({ c, params }) => {
        const { id, takenAtMs, clients } = await readSnapshot(store, params.id)
        return c.json({ id, takenAtMs, clients })
      },
    }),
    route({
      method: 'GET',
      path: '/api/clients/history/:id/compare',
      tag: 'clients',
      summary: 'Compares a stored snapshot with an earlier one',
      params: snapshotParams,
      query: compareQuery,
      response: { status: 200, description: 'Who came, who went, who changed', schema: comparisonSchema },
      handle: async ({ c, params, query }) => {
        const later = await readSnapshot(store, params.id)
        const earlier = await readSnapshot(store, query.with)
        const response: Comparison = {
          fromMs: earlier.takenAtMs,
          toMs: later.takenAtMs,
          ...compareClients(earlier.clients, later.clients),
        }
        return c.json(response)
      },
    }),
  ]
}

async function readSnapshot({ snapshots }: Store, id: number): Promise<Snapshot> {
  const snapshot = await snapshots.get(id)
  if (!snapshot) throw new NetWatcherError('not_found', 'NO_SNAPSHOT', 'There is no such snapshot.')
  return snapshot
}

async function clientsOf(deps: ClientsDeps, { found }: Discovery): Promise<Client[]> {
  const { store, views, reverseDns } = deps
  const known = await Promise.all(found.map(({ daemon, hosts }) => namesIn(store, daemon.siteId, hosts)))
  const view = () =>
    found.flatMap(({ daemon, hosts }, i) =>
      hosts.map((host) => views.client(host, daemon.site, known[i] ?? new Map())),
    )
  // The first pass asks for the names that are missing.
  if (view().some((client) => client.hostname === null)) await within(reverseDns.idle(), NAMES_WITHIN_MS)
  return view().sort((a, b) => compareIp(a.ip, b.ip))
}

async function namesIn(
  { names }: Store,
  siteId: number,
  hosts: readonly Host[],
): Promise<Map<string, AddressName[]>> {
  const known = await names.namesOf(
    siteId,
    hosts.map(({ ip }) => ip),
  )
  const grouped = new Map<string, AddressName[]>()
  for (const name of known) grouped.set(name.ip, [...(grouped.get(name.ip) ?? []), name])
  return grouped
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, timeout])
  clearTimeout(timer)
}
