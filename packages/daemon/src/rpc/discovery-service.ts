/** DiscoveryService: the machine's interfaces, who is known on them, and scans. */

import { invalidArgument } from '@netwatcher/shared'
import {
  type AnnounceKind,
  type AnnounceRequest,
  DiscoveryServiceService,
  type ListNeighborsRequest,
  ScanPace as ScanPaceMessage,
  type ScanRequest,
  type ScanResponse,
  type WakeRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { ANNOUNCE_KIND, type AnnounceKindName, nameOf, SCAN_PACE } from '@netwatcher/shared/names'
import { toHost } from '../convert/host.js'
import { toInterface } from '../convert/interface.js'
import type { Discovery } from '../discovery/discovery.js'
import type { ScanWish } from '../discovery/scans.js'
import type { HostFound } from '../model/host.js'
import type { ScanPace } from '../model/scan.js'
import type { Announces } from '../sensor/announces.js'
import type { Wakes } from '../sensor/wakes.js'
import type { Handlers } from './handlers.js'
import { checkInterface, checkStation } from './requests.js'
import { ScanFeed } from './scan-feed.js'
import type { RpcService } from './service.js'

const MAX_SCAN_CALLS = 16
const MAX_TARGETS = 64
const MAX_KINDS = 3

export interface DiscoveryServiceDependencies {
  handlers: Handlers
  daemonId: string
  discovery: Discovery
  maxScanAddresses: number
  wakes: Pick<Wakes, 'wake'>
  announces: Pick<Announces, 'announce'>
}

export function createDiscoveryService(deps: DiscoveryServiceDependencies): RpcService {
  const { handlers, daemonId, discovery, maxScanAddresses, wakes, announces } = deps
  const toMessages = (hosts: HostFound[]) => ({ hosts: hosts.map((host) => toHost(host, daemonId)) })
  return {
    definition: DiscoveryServiceService,
    implementation: {
      listInterfaces: handlers.unary(async () => {
        const known = await discovery.interfaces()
        const interfaces = known.map(({ info, isWatched }) => toInterface(info, { isWatched }))
        return { interfaces, maxScanAddresses }
      }),
      listNeighbors: handlers.unary((request: ListNeighborsRequest) =>
        toMessages(discovery.neighbors(checkInterface(request.interface))),
      ),
      readNeighborCache: handlers.unary(async () => toMessages(await discovery.neighborCache())),
      scan: handlers.stream<ScanRequest, ScanResponse>(MAX_SCAN_CALLS, async (request, stream) => {
        const feed = new ScanFeed(stream, daemonId)
        feed.end(await discovery.scan(checkScan(request), feed, stream.signal))
        await feed.flushed()
      }),
      wake: handlers.unary(async (request: WakeRequest) => {
        const interfaceName = checkInterface(request.interface)
        return { sent: await wakes.wake(interfaceName, checkStation(request.mac)) }
      }),
      announce: handlers.unary(async (request: AnnounceRequest) => {
        const interfaceName = checkInterface(request.interface)
        return { sent: await announces.announce(interfaceName, checkKinds(request.kinds)) }
      }),
    },
  }
}

function checkKinds(kinds: readonly AnnounceKind[]): AnnounceKindName[] {
  const known = kinds.flatMap((kind) => nameOf(ANNOUNCE_KIND, kind) ?? [])
  if (kinds.length > 0 && kinds.length <= MAX_KINDS && known.length === kinds.length)
    return [...new Set(known)]
  throw invalidArgument('KIND_INVALID', `What to ask is to be named, in 1 to ${MAX_KINDS} known kinds.`)
}

function checkScan(request: ScanRequest): ScanWish {
  const { targets, allowLarge, ping } = request
  const interfaceName = checkInterface(request.interface)
  return { interfaceName, targets: checkTargets(targets), allowLarge, ping, pace: checkPace(request.pace) }
}

function checkTargets(targets: readonly string[]): readonly string[] {
  if (targets.length > MAX_TARGETS) {
    throw invalidArgument('TOO_MANY_TARGETS', `At most ${MAX_TARGETS} targets can be scanned at once.`)
  }
  for (const target of targets) {
    if (target.length > 64) throw invalidArgument('TARGET_INVALID', 'The target is not an address or prefix.')
  }
  return targets
}

function checkPace(pace: ScanPaceMessage): ScanPace {
  if (pace === ScanPaceMessage.UNSPECIFIED) return 'normal'
  const name = nameOf(SCAN_PACE, pace)
  if (name) return name
  throw invalidArgument('PACE_INVALID', 'The pace is not known.')
}
