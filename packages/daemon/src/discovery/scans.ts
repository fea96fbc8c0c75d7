/**
 * Scans that are under way, at most one of each interface. The daemon checks
 * what may be scanned; the sensor of the interface sends and listens. Where it
 * cannot, the kernel's neighbour table is read instead, and the summary says so.
 */

import {
  cidrContains,
  errorMessage,
  isNoText,
  NetWatcherError,
  parseCidr,
  type Text,
  text,
} from '@netwatcher/shared'
import type { HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanPace, ScanStep, ScanSummary } from '../model/scan.js'
import type { Command } from '../model/sensor.js'
import type { Neighbor } from '../os/neighbor-table.js'
import { chooseTargets } from './targets.js'

export interface ScanWish {
  interfaceName: string
  /** CIDRs; none means all subnets of the interface. */
  targets: readonly string[]
  pace: ScanPace
  ping: boolean
  allowLarge: boolean
}

export interface ScansDependencies {
  maxAddresses: number
  /** Why ARP may not be sent at all; no text when it may. */
  obstacle: Text
  facts(interfaceName: string): InterfaceFacts | null
  send(interfaceName: string, command: Command): boolean
  neighborTable(): Promise<Neighbor[]>
  /** Who has been seen on the interface. */
  seen(interfaceName: string): HostSeen[]
  /** Milliseconds since 1970-01-01 UTC, which may be set during a scan. */
  nowMs(): number
  /** For durations. */
  monotonicMs(): number
}

export interface Scan {
  /** The last step, which is not given to `onStep`. */
  done: Promise<ScanSummary>
  cancel(): void
}

interface Running {
  scanId: number
  isCancelled: boolean
  isInterfaceLost: boolean
  onStep(step: ScanStep): void
  onSummary(summary: ScanSummary): void
  onLost(): void
}

type OnStep = (step: ScanStep) => void

export class Scans {
  private readonly running = new Map<string, Running>()
  private lastId = 0

  constructor(private readonly deps: ScansDependencies) {}

  /** Throws when the wish is not allowed or a scan of the interface is under way. */
  start(wish: ScanWish, onStep: OnStep): Scan {
    const { interfaceName, targets, allowLarge } = wish
    const facts = this.deps.facts(interfaceName)
    if (!facts) {
      throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${interfaceName} is not watched.`)
    }
    const { maxAddresses } = this.deps
    const choice = chooseTargets({ targets, addresses: facts.addresses, allowLarge, maxAddresses })
    if (choice.type === 'refused') {
      const { reason, message, ...said } = choice
      throw new NetWatcherError('invalid_argument', reason, message, said)
    }
    if (this.running.has(interfaceName)) {
      const message = `A scan of ${interfaceName} is under way.`
      throw new NetWatcherError('resource_exhausted', 'SCAN_IN_PROGRESS', message)
    }
    const scan = isNoText(this.deps.obstacle) ? this.sendOrder(wish, choice.targets, onStep) : null
    if (!scan) return this.readTable(wish, onStep)
    const leftOut = choice.leftOut.length > 0 ? [text('scan_left_out', { targets: choice.leftOut })] : []
    return { ...scan, done: scan.done.then((summary) => withDetails(summary, leftOut)) }
  }

  onStep(interfaceName: string, scanId: number, step: ScanStep): void {
    const scan = this.running.get(interfaceName)
    if (scan?.scanId !== scanId) return
    if (step.type === 'summary') scan.onSummary(step.summary)
    else scan.onStep(step)
  }

  /** The sensor has ended. */
  onLost(interfaceName: string): void {
    this.running.get(interfaceName)?.onLost()
  }

  /** The interface went down: whoever is silent now may only not have been reached. */
  onInterfaceLost(interfaceName: string): void {
    const scan = this.running.get(interfaceName)
    if (scan) scan.isInterfaceLost = true
  }

  private sendOrder(wish: ScanWish, targets: string[], onStep: OnStep): Scan | null {
    const { interfaceName, pace, ping } = wish
    const scanId = ++this.lastId
    const order = { scanId, targets, pace, ping, ipv6: wish.targets.length === 0 }
    if (!this.deps.send(interfaceName, { type: 'start_scan', order })) return null
    const { promise, resolve, reject } = deferred<ScanSummary>()
    const onLost = () => reject(new NetWatcherError('unavailable', 'SENSOR_LOST', 'The sensor has ended.'))
    const running = { scanId, isCancelled: false, isInterfaceLost: false, onStep, onSummary: resolve, onLost }
    this.running.set(interfaceName, running)
    const ended = promise.finally(() => this.running.delete(interfaceName))
    const cancel = () => {
      running.isCancelled = true
      this.deps.send(interfaceName, { type: 'cancel_scan', scanId })
    }
    return { done: ended.then((summary) => this.conclude(wish, running, summary)), cancel }
  }

  private conclude(
    wish: ScanWish,
    running: Running,
    summary: ScanSummary,
  ): Promise<ScanSummary> | ScanSummary {
    if (running.isInterfaceLost) {
      return { ...withDetails(summary, [text('scan_interface_lost')]), isComplete: false }
    }
    // One that ended early and without one frame was refused by the kernel, which may still know somebody.
    const isRefused = summary.sent === 0 && !summary.isComplete && !running.isCancelled
    return isRefused ? this.completeFromTable(wish, summary, running.onStep) : summary
  }

  private async completeFromTable(
    wish: ScanWish,
    summary: ScanSummary,
    onStep: OnStep,
  ): Promise<ScanSummary> {
    const table = await this.tableSummary(wish, onStep)
    const durationMs = summary.durationMs + table.durationMs
    const found = summary.found + table.found
    return withDetails({ ...table, found, total: summary.found + table.total, durationMs }, summary.details)
  }

  private readTable(wish: ScanWish, onStep: OnStep): Scan {
    const { obstacle } = this.deps
    const why = isNoText(obstacle) ? text('scan_without_sensor', { interface: wish.interfaceName }) : obstacle
    return {
      done: this.tableSummary(wish, onStep).then((summary) => withDetails(summary, [why])),
      cancel: () => {},
    }
  }

  /** Covers nothing: the kernel knows whom this machine has spoken to, and of the others it was asked nothing. */
  private async tableSummary(wish: ScanWish, onStep: OnStep): Promise<ScanSummary> {
    const startedMs = this.deps.monotonicMs()
    const entries = await this.deps.neighborTable().catch((error: unknown) => {
      throw new NetWatcherError('unavailable', 'NEIGHBOR_TABLE', errorMessage(error))
    })
    const own = entries.filter((entry) => entry.interface === wish.interfaceName && isWanted(wish, entry.ip))
    for (const { ip, mac } of own) {
      const host: HostSeen = { ip, mac, evidence: 'neighbor_table', seenMs: this.deps.nowMs(), vlan: 0 }
      onStep({ type: 'host', host })
    }
    const peers = this.peersOf(wish)
    for (const host of peers) onStep({ type: 'host', host })
    const found = own.length + peers.length
    return {
      method: 'neighbor_table',
      details: [text('scan_by_table')],
      found,
      total: found,
      sent: 0,
      durationMs: this.deps.monotonicMs() - startedMs,
      targets: [],
      vlan: 0,
      isComplete: false,
    }
  }

  /** On a link without hardware addresses (tunnels) the kernel has no table: who has sent anything is there. */
  private peersOf(wish: ScanWish): HostSeen[] {
    if (this.deps.facts(wish.interfaceName)?.mac !== '') return []
    return this.deps
      .seen(wish.interfaceName)
      .filter(({ ip, evidence }) => evidence !== 'own' && isWanted(wish, ip))
  }
}

function withDetails(summary: ScanSummary, more: readonly Text[]): ScanSummary {
  return { ...summary, details: [...summary.details, ...more] }
}

function isWanted({ targets }: ScanWish, ip: string): boolean {
  if (targets.length === 0) return true
  const cidrs = targets.map((target) => parseCidr(target, { allowHostBits: true }))
  return cidrs.some((cidr) => cidr !== null && cidrContains(cidr, ip))
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
