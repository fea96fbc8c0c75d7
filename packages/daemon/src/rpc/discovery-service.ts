/** DiscoveryService: the machine's interfaces, who is known on them, and scans. */

import { cidrContains, invalidArgument, NetWatcherError, parseCidr } from '@netwatcher/shared'
import {
  DiscoveryServiceService,
  type ListNeighborsRequest,
  ScanPace as ScanPaceMessage,
  type ScanRequest,
  type ScanResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { toHost } from '../convert/host.js'
import { toInterface } from '../convert/interface.js'
import { toProgress, toSummary } from '../convert/scan.js'
import type { HostFound, HostSeen } from '../model/host.js'
import type { InterfaceFacts, InterfaceInfo } from '../model/interface.js'
import type { ScanPace, ScanSummary } from '../model/scan.js'
import type { Neighbor } from '../os/neighbor-table.js'
import type { Scan, Scans, ScanWish } from '../sensor/scans.js'
import type { Handlers } from './handlers.js'
import { checkInterface } from './requests.js'
import { ScanFeed } from './scan-feed.js'
import type { RpcService } from './service.js'

const MAX_SCAN_CALLS = 16

export interface DiscoveryServiceDependencies {
  handlers: Handlers
  daemonId: string
  scans: Scans
  watchedNames(): string[]
  facts(interfaceName: string): InterfaceFacts | null
  interfaces(): Promise<InterfaceInfo[]>
  neighbors(interfaceName: string): HostSeen[]
  neighborTable(): Promise<Neighbor[]>
  /** A host with what the daemon itself knows of it. */
  found(interfaceName: string, host: HostSeen): HostFound
  /** A scan has finished. */
  onScanned(interfaceName: string, summary: ScanSummary, hosts: HostFound[]): void
  /** Why hosts are not pinged; empty when they may be. */
  pingObstacle: string
  nowMs(): number
}

export function createDiscoveryService(deps: DiscoveryServiceDependencies): RpcService {
  const { handlers, daemonId } = deps
  const toMessages = (hosts: HostFound[]) => ({ hosts: hosts.map((host) => toHost(host, daemonId)) })
  return {
    definition: DiscoveryServiceService,
    implementation: {
      listInterfaces: handlers.unary(async () => {
        const watched = new Set(deps.watchedNames())
        const interfaces = await deps.interfaces()
        return { interfaces: interfaces.map((one) => toInterface(one, { isWatched: watched.has(one.name) })) }
      }),
      listNeighbors: handlers.unary((request: ListNeighborsRequest) => {
        const names = selectWatched(deps, checkInterface(request.interface))
        return toMessages(names.flatMap((name) => deps.neighbors(name).map((host) => deps.found(name, host))))
      }),
      readNeighborCache: handlers.unary(async () => {
        const entries = await deps.neighborTable()
        const seenMs = deps.nowMs()
        const hosts = entries.map(({ interface: name, ip, mac }) =>
          deps.found(name, { ip, mac, evidence: 'neighbor_table', seenMs }),
        )
        return toMessages(hosts)
      }),
      scan: handlers.stream<ScanRequest, ScanResponse>(MAX_SCAN_CALLS, async (request, stream) => {
        const feed = new ScanFeed(stream)
        const scans = startScans(deps, request, feed)
        const cancel = () => scans.forEach((scan) => void scan.cancel())
        stream.signal.addEventListener('abort', cancel, { once: true })
        const summaries = await Promise.all(scans.map((scan) => scan.done)).finally(cancel)
        feed.push({ result: { $case: 'summary', value: toSummary(mergeSummaries(summaries)) } })
        await feed.flushed()
      }),
    },
  }
}

function selectWatched(deps: DiscoveryServiceDependencies, name: string): string[] {
  const names = deps.watchedNames()
  if (name === '') return names
  if (names.includes(name)) return [name]
  throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${name} is not watched.`)
}

function startScans(deps: DiscoveryServiceDependencies, request: ScanRequest, feed: ScanFeed): Scan[] {
  const names = selectWatched(deps, checkInterface(request.interface))
  const wish = checkWish(deps, request)
  const scans: Scan[] = []
  const problems: unknown[] = []
  for (const interfaceName of names) {
    try {
      scans.push(startScan(deps, { ...wish, interfaceName }, feed))
    } catch (error) {
      // Of all interfaces, those that can be scanned are; of one named, the caller is told why not.
      problems.push(error)
    }
  }
  if (scans.length > 0) return scans
  throw problems[0] ?? new NetWatcherError('failed_precondition', 'NO_INTERFACE', 'No interface is watched.')
}

function checkWish(
  deps: DiscoveryServiceDependencies,
  request: ScanRequest,
): Omit<ScanWish, 'interfaceName'> {
  const { target, allowLarge, ping } = request
  if (target.length > 64) throw invalidArgument('TARGET_INVALID', 'The target is not an address or prefix.')
  if (ping && deps.pingObstacle !== '') {
    throw new NetWatcherError('failed_precondition', 'PING_DISABLED', deps.pingObstacle)
  }
  return { target, allowLarge, ping, pace: checkPace(request.pace) }
}

function checkPace(pace: ScanPaceMessage): ScanPace {
  if (pace === ScanPaceMessage.FAST) return 'fast'
  if (pace === ScanPaceMessage.NORMAL || pace === ScanPaceMessage.UNSPECIFIED) return 'normal'
  throw invalidArgument('PACE_INVALID', 'The pace is not known.')
}

function startScan(deps: DiscoveryServiceDependencies, wish: ScanWish, feed: ScanFeed): Scan {
  const { interfaceName } = wish
  const hosts = new Map<string, HostFound>()
  const addHost = (host: HostSeen) => {
    const key = `${host.ip} ${host.mac}`
    if (hosts.has(key)) return
    const found = deps.found(interfaceName, host)
    hosts.set(key, found)
    feed.push({ result: { $case: 'host', value: toHost(found, deps.daemonId) } })
  }
  const scan = deps.scans.start(wish, (step) => {
    if (step.type === 'host') addHost(step.host)
    else if (step.type === 'progress') feed.pushProgress(interfaceName, toProgress(step.progress))
  })
  // The machine itself does not answer its own questions.
  for (const host of ownHosts(deps.facts(interfaceName), wish.target, deps.nowMs())) addHost(host)
  const done = scan.done.then((summary) => {
    // IPv6 hosts and the machine itself are found without having been asked for.
    const complete = { ...summary, found: hosts.size, total: Math.max(summary.total, hosts.size) }
    deps.onScanned(interfaceName, complete, [...hosts.values()])
    return complete
  })
  return { done, cancel: scan.cancel }
}

function ownHosts(facts: InterfaceFacts | null, target: string, seenMs: number): HostSeen[] {
  const cidr = target === '' ? null : parseCidr(target, { allowHostBits: true })
  const own = facts?.addresses.filter(({ ip }) => !cidr || cidrContains(cidr, ip)) ?? []
  return own.map(({ ip }) => ({ ip, mac: facts?.mac ?? '', evidence: 'own' as const, seenMs }))
}

/** One summary of all interfaces; it only says ARP when all of it was. */
function mergeSummaries(summaries: readonly ScanSummary[]): ScanSummary {
  const sum = (pick: (summary: ScanSummary) => number) =>
    summaries.reduce((total, one) => total + pick(one), 0)
  const details = summaries.map((one) => one.detail).filter((detail) => detail !== '')
  return {
    method: summaries.every((one) => one.method === 'arp') ? 'arp' : 'neighbor_table',
    detail: [...new Set(details)].join(' '),
    found: sum((one) => one.found),
    total: sum((one) => one.total),
    sent: sum((one) => one.sent),
    durationMs: Math.max(...summaries.map((one) => one.durationMs)),
  }
}
