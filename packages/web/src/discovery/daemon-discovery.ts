/**
 * Runtime discovery through one daemon: an ARP scan, or the kernel's neighbour
 * table when it may not scan. Calls that arrive while one runs share it, and its
 * result is good for a few seconds, so that a page that asks often does not
 * flood the LAN. Nothing is stored here.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { NetWatcherError, SECOND_MS, type Text, text, worded } from '@netwatcher/shared'
import type { ScanCost } from '../contract/scan.js'
import type { Daemon } from '../daemon/daemons.js'
import type { Host, InterfaceScan, ScanOptions, ScanSummary, ScanUpdate } from '../daemon/types.js'
import type { LiveNews } from '../views/live-event.js'
import { scanCost } from './scan-cost.js'

/** What one daemon found. */
export interface Found {
  daemon: Daemon
  hosts: Host[]
  method: 'arp' | 'neighbor_table'
  details: readonly Text[]
  interfaces: readonly InterfaceScan[]
  atMs: number
}

const FRESH_MS = 5_000
/** A whole /22 at the gentle pace takes about this long. */
const ANSWER_WITHIN_MS = 8_000
/** More than the time that a scan takes when all is well. */
const SCAN_MARGIN_MS = 120_000
/** How often it is asked whether a scan that was under way has ended. */
const TURN_MS = 500
/** Reasons not to scan that the neighbour table is an answer to. */
const FALL_BACK = new Set(['permission_denied', 'failed_precondition', 'unimplemented', 'invalid_argument'])

export class DaemonDiscovery {
  private running: Promise<Found> | null = null
  private latest: Found | null = null
  private readonly scans = new Map<string, AbortController>()

  constructor(
    private readonly daemon: Daemon,
    private readonly publish: (news: LiveNews) => void,
    private readonly nowMs: () => number,
  ) {}

  /** Result that is at most a few seconds old. */
  async discover(): Promise<Found> {
    if (this.latest && this.nowMs() - this.latest.atMs < FRESH_MS) return this.latest
    this.running ??= this.run().finally(() => {
      this.running = null
    })
    return await this.running
  }

  async cost(wanted: Parameters<typeof scanCost>[1]): Promise<ScanCost> {
    return scanCost(await this.daemon.api.listInterfaces(), wanted)
  }

  /**
   * Starts a scan whose progress is published, and settles once the daemon has begun it or, by rejecting,
   * has not; refused while one of that interface runs that was started here. One that was begun otherwise,
   * the regular one or a person's at the socket, is waited for.
   */
  async start(options: ScanOptions, aboutSeconds = 0): Promise<void> {
    const name = options.interface ?? ''
    if (this.scans.has(name)) {
      throw new NetWatcherError('already_exists', 'SCAN_RUNNING', 'A scan of that is running already.')
    }
    const abort = new AbortController()
    this.scans.set(name, abort)
    const timer = setTimeout(() => abort.abort(), 2 * aboutSeconds * SECOND_MS + SCAN_MARGIN_MS)
    await new Promise<void>((onBegun, onRefused) => {
      void this.follow(name, options, { signal: abort.signal, onBegun, onRefused }).finally(() => {
        clearTimeout(timer)
        this.scans.delete(name)
        onBegun()
      })
    })
  }

  /** Ends a scan that `start` began: whom it has found by then stays. */
  cancel(interfaceName: string): void {
    const abort = this.scans.get(interfaceName)
    if (!abort) throw new NetWatcherError('not_found', 'NO_SCAN', 'No such scan is running.')
    abort.abort()
  }

  stop(): void {
    for (const abort of this.scans.values()) abort.abort()
  }

  private async run(): Promise<Found> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS)
    const hosts = new Map<string, Host>()
    try {
      const summary = await this.scan({}, abort.signal, hosts)
      this.latest = this.result(hosts, summary?.method ?? 'arp', summary?.details ?? [], summary?.interfaces)
    } catch (error) {
      if (abort.signal.aborted) {
        return this.result(hosts, 'arp', [text('scan_takes_longer')])
      }
      if (!(error instanceof NetWatcherError) || !FALL_BACK.has(error.code)) throw error
      const neighbors = await this.daemon.api.readNeighborCache()
      for (const host of neighbors) hosts.set(keyOf(host), host)
      this.latest = this.result(hosts, 'neighbor_table', [worded(error.message)])
    } finally {
      clearTimeout(timer)
    }
    return this.latest
  }

  /** What no summary says of the interfaces holds for all that hosts were found on. */
  private result(
    hosts: Map<string, Host>,
    method: Found['method'],
    details: readonly Text[],
    interfaces: readonly InterfaceScan[] = namesOf(hosts).map((name) => ({
      interface: name,
      method,
      details: [],
    })),
  ): Found {
    return {
      daemon: this.daemon,
      hosts: [...hosts.values()],
      method,
      details,
      interfaces,
      atMs: this.nowMs(),
    }
  }

  private async scan(options: ScanOptions, signal: AbortSignal, hosts: Map<string, Host>) {
    let summary: ScanSummary | null = null
    for await (const update of this.daemon.api.scan(options, signal)) {
      if (update.kind === 'host') hosts.set(keyOf(update.host), update.host)
      else if (update.kind === 'summary') summary = update.summary
    }
    return summary
  }

  private async follow(
    interfaceName: string,
    options: ScanOptions,
    { signal, onBegun, onRefused }: Following,
  ): Promise<void> {
    const { name: daemon, api } = this.daemon
    const progress = { type: 'scan' as const, daemon, interface: interfaceName, asked: 0, total: 0, found: 0 }
    const onWaiting = (error: NetWatcherError) => {
      onBegun()
      this.publish({ ...progress, finished: false, details: [worded(error.message)] })
    }
    try {
      for await (const update of inTurn(() => api.scan(options, signal), onWaiting, signal)) {
        onBegun()
        if (update.kind === 'host') progress.found++
        if (update.kind === 'progress') {
          const { asked, total, found } = update
          Object.assign(progress, { asked, total, found })
        }
        if (update.kind === 'summary') {
          const { total, found, details } = update.summary
          this.publish({ ...progress, asked: total, total, found, finished: true, details })
          return
        }
        this.publish({ ...progress, finished: false, details: [] })
      }
    } catch (error) {
      const why = error instanceof NetWatcherError ? worded(error.message) : text('scan_not_started')
      const details = [signal.aborted ? text('scan_cancelled') : why]
      this.publish({ ...progress, finished: true, details })
      if (!signal.aborted) onRefused(error)
    }
  }
}

/** What `scan` tells once the scan that is under way there has ended; `onWaiting` is called once, before. */
async function* inTurn(
  scan: () => AsyncIterable<ScanUpdate>,
  onWaiting: (error: NetWatcherError) => void,
  signal: AbortSignal,
): AsyncGenerator<ScanUpdate> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return yield* scan()
    } catch (error) {
      if (!(error instanceof NetWatcherError) || error.reason !== 'SCAN_IN_PROGRESS') throw error
      if (isFirst) onWaiting(error)
    }
    await sleep(TURN_MS, undefined, { signal })
  }
}

/** Whichever of the two is called first counts. */
interface Following {
  signal: AbortSignal
  onBegun: () => void
  onRefused: (error: unknown) => void
}

function namesOf(hosts: Map<string, Host>): string[] {
  return [...new Set([...hosts.values()].map((host) => host.sensor.interface))]
}

function keyOf(host: Host): string {
  return `${host.sensor.interface} ${host.ip} ${host.mac ?? ''}`
}
