/**
 * Who is on the network: the machine's interfaces, who is known on them, and
 * scans of one interface or of all. An interface that cannot be scanned, or
 * loses its sensor, does not keep the others from being scanned.
 */

import { isNoText, NetWatcherError, saidError, type Text } from '@netwatcher/shared'
import type { HostFound, HostSeen } from '../model/host.js'
import type { InterfaceInfo } from '../model/interface.js'
import type { MergedSummary, ScanProgress } from '../model/scan.js'
import type { Neighbor } from '../os/neighbor-table.js'
import {
  type InterfaceScan,
  type InterfaceScanDependencies,
  type InterfaceScanListener,
  startInterfaceScan,
} from './interface-scan.js'
import type { ScanWish } from './scans.js'
import { mergeSummaries, sumProgress } from './summaries.js'
import { isOnLink } from './targets.js'

export interface DiscoveryDependencies extends InterfaceScanDependencies {
  watchedNames(): string[]
  interfaces(): Promise<InterfaceInfo[]>
  neighbors(interfaceName: string): HostSeen[]
  /** Interfaces of which it is the same are in one layer-2 segment. */
  segment(interfaceName: string): string
  neighborTable(): Promise<Neighbor[]>
  /** Why hosts are not pinged; no text when they may be. */
  pingObstacle: Text
}

export interface ScanListener {
  onHost(host: HostFound): void
  /** Of all interfaces together. */
  onProgress(progress: ScanProgress): void
}

export class Discovery {
  constructor(private readonly deps: DiscoveryDependencies) {}

  async interfaces(): Promise<{ info: InterfaceInfo; isWatched: boolean }[]> {
    const watched = new Set(this.deps.watchedNames())
    const interfaces = await this.deps.interfaces()
    return interfaces.map((info) => ({ info, isWatched: watched.has(info.name) }))
  }

  /**
   * Who has been seen on the interface; on all where the name is empty, and then
   * whom several interfaces see in one segment once, where it was seen last.
   */
  neighbors(interfaceName: string): HostFound[] {
    const { neighbors, found, segment } = this.deps
    const hosts = new Map<string, HostFound>()
    for (const name of this.watched(interfaceName)) {
      for (const host of neighbors(name)) {
        const key = `${segment(name)} ${host.ip} ${host.mac}`
        if ((hosts.get(key)?.seenMs ?? 0) <= host.seenMs) hosts.set(key, found(name, host))
      }
    }
    return [...hosts.values()]
  }

  /** Whom the kernel knows. */
  async neighborCache(): Promise<HostFound[]> {
    const entries = await this.deps.neighborTable()
    const seenMs = this.deps.nowMs()
    return entries.map(({ interface: name, ip, mac }) =>
      this.deps.found(name, { ip, mac, evidence: 'neighbor_table', seenMs, vlan: 0 }),
    )
  }

  /**
   * Ends when all interfaces have been scanned or `signal` is aborted. Rejects
   * when the wish is not allowed, or when no scan came to an end of its own.
   */
  async scan(wish: ScanWish, listener: ScanListener, signal: AbortSignal): Promise<MergedSummary> {
    const { pingObstacle } = this.deps
    if (wish.ping && !isNoText(pingObstacle)) {
      throw saidError('failed_precondition', 'PING_DISABLED', pingObstacle)
    }
    const scans = this.startAll(this.share(wish), withTotals(listener))
    const cancel = () => scans.forEach((scan) => void scan.cancel())
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    const ends = await Promise.all(scans.map((scan) => scan.ended))
    signal.removeEventListener('abort', cancel)
    const [first] = ends
    if (first && ends.every(({ error }) => error !== null)) throw first.error
    return mergeSummaries(ends)
  }

  private watched(interfaceName: string): string[] {
    const names = this.deps.watchedNames()
    if (interfaceName === '') return names
    if (names.includes(interfaceName)) return [interfaceName]
    throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${interfaceName} is not watched.`)
  }

  /** Of all interfaces, those are asked whose subnets the targets are in, each for its own. */
  private share(wish: ScanWish): ScanWish[] {
    const names = this.watched(wish.interfaceName)
    const whole = names.map((interfaceName) => ({ ...wish, interfaceName }))
    if (wish.interfaceName !== '' || wish.targets.length === 0) return whole
    const addresses = (name: string) => this.deps.facts(name)?.addresses ?? []
    const shares = whole.map((one) => {
      return {
        ...one,
        targets: wish.targets.filter((target) => isOnLink(target, addresses(one.interfaceName))),
      }
    })
    const isShared = (target: string) => shares.some(({ targets }) => targets.includes(target))
    // A target that is nobody's is refused by each.
    return wish.targets.every(isShared) ? shares.filter(({ targets }) => targets.length > 0) : whole
  }

  private startAll(wishes: readonly ScanWish[], listener: InterfaceScanListener): InterfaceScan[] {
    const scans: InterfaceScan[] = []
    const problems: unknown[] = []
    for (const wish of wishes) {
      try {
        scans.push(startInterfaceScan(this.deps, wish, listener))
      } catch (error) {
        // Of all interfaces, those that can be scanned are; of one named, the caller is told why not.
        problems.push(error)
      }
    }
    if (scans.length > 0) return scans
    throw (
      problems[0] ?? new NetWatcherError('failed_precondition', 'NO_INTERFACE', 'No interface is watched.')
    )
  }
}

function withTotals(listener: ScanListener): InterfaceScanListener {
  const progress = new Map<string, ScanProgress>()
  return {
    onHost: (host) => listener.onHost(host),
    onProgress: (interfaceName, one) => {
      progress.set(interfaceName, one)
      listener.onProgress(sumProgress([...progress.values()]))
    },
  }
}
