/**
 * Scans that are under way. The daemon checks what may be scanned; the sensor
 * of the interface sends and listens. Where it cannot, the kernel's neighbour
 * table is read instead, and the summary says so.
 */

import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanPace, ScanStep, ScanSummary } from '../model/scan.js'
import type { Command } from '../model/sensor.js'
import type { Neighbor } from '../os/neighbor-table.js'
import { chooseTargets } from '../scan/plan.js'

export interface ScanWish {
  interfaceName: string
  /** CIDR; empty means all subnets of the interface. */
  target: string
  pace: ScanPace
  ping: boolean
  allowLarge: boolean
}

export interface ScansDependencies {
  maxAddresses: number
  /** A sentence on why ARP may not be sent at all; empty when it may. */
  obstacle: string
  facts(interfaceName: string): InterfaceFacts | null
  send(interfaceName: string, command: Command): boolean
  neighborTable(): Promise<Neighbor[]>
  nowMs(): number
}

export interface Scan {
  /** The last step, which is not given to `onStep`. */
  done: Promise<ScanSummary>
  cancel(): void
}

interface Running {
  scanId: number
  onStep(step: ScanStep): void
  onSummary(summary: ScanSummary): void
  onLost(): void
}

export class Scans {
  private readonly running = new Map<string, Running>()
  private lastId = 0

  constructor(private readonly deps: ScansDependencies) {}

  /** Throws when the wish is not allowed or a scan of the interface is under way. */
  start(wish: ScanWish, onStep: (step: ScanStep) => void): Scan {
    const facts = this.deps.facts(wish.interfaceName)
    if (!facts) {
      throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${wish.interfaceName} is not watched.`)
    }
    const { target, allowLarge } = wish
    const { maxAddresses } = this.deps
    const choice = chooseTargets({ target, addresses: facts.addresses, allowLarge, maxAddresses })
    if (choice.type === 'refused')
      throw new NetWatcherError('invalid_argument', choice.reason, choice.message)
    if (this.running.has(wish.interfaceName)) {
      const message = `A scan of ${wish.interfaceName} is under way.`
      throw new NetWatcherError('resource_exhausted', 'SCAN_IN_PROGRESS', message)
    }
    const leftOut = choice.leftOut.map((one) => `${one} was left out: it has too many addresses.`).join(' ')
    const scan = this.deps.obstacle === '' ? this.sendOrder(wish, choice.targets, onStep) : null
    if (!scan) return this.readTable(wish, onStep)
    return {
      ...scan,
      done: scan.done.then((summary) => ({ ...summary, detail: join(summary.detail, leftOut) })),
    }
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

  private sendOrder(wish: ScanWish, targets: string[], onStep: (step: ScanStep) => void): Scan | null {
    const { interfaceName, pace, ping } = wish
    const scanId = ++this.lastId
    const order = { scanId, targets, pace, ping, ipv6: wish.target === '' }
    if (!this.deps.send(interfaceName, { type: 'start_scan', order })) return null
    const done = new Promise<ScanSummary>((resolve, reject) => {
      const onLost = () => reject(new NetWatcherError('unavailable', 'SENSOR_LOST', 'The sensor has ended.'))
      this.running.set(interfaceName, { scanId, onStep, onSummary: resolve, onLost })
    })
    const ended = done.finally(() => this.running.delete(interfaceName))
    let isCancelled = false
    const cancel = () => {
      isCancelled = true
      this.deps.send(interfaceName, { type: 'cancel_scan', scanId })
    }
    const told = ended.then((summary) => {
      return isCancelled ? summary : this.completeFromTable(interfaceName, summary, onStep)
    })
    return { done: told, cancel }
  }

  /** A scan that ended with a reason and without one frame was refused by the kernel, which may still know somebody. */
  private async completeFromTable(
    interfaceName: string,
    summary: ScanSummary,
    onStep: (step: ScanStep) => void,
  ): Promise<ScanSummary> {
    if (summary.sent > 0 || summary.detail === '') return summary
    const why = `The scan ended at once: ${summary.detail}.`
    const table = await this.tableSummary(interfaceName, why, onStep)
    const durationMs = summary.durationMs + table.durationMs
    return { ...table, found: summary.found + table.found, total: summary.found + table.total, durationMs }
  }

  private readTable(wish: ScanWish, onStep: (step: ScanStep) => void): Scan {
    const { interfaceName } = wish
    const why = this.deps.obstacle || `The sensor of ${interfaceName} is not running.`
    return { done: this.tableSummary(interfaceName, why, onStep), cancel: () => {} }
  }

  private async tableSummary(
    interfaceName: string,
    why: string,
    onStep: (step: ScanStep) => void,
  ): Promise<ScanSummary> {
    const startedMs = this.deps.nowMs()
    const entries = await this.deps.neighborTable().catch((error: unknown) => {
      throw new NetWatcherError('unavailable', 'NEIGHBOR_TABLE', errorMessage(error))
    })
    const own = entries.filter((entry) => entry.interface === interfaceName)
    for (const { ip, mac } of own) {
      const host: HostSeen = { ip, mac, evidence: 'neighbor_table', seenMs: this.deps.nowMs() }
      onStep({ type: 'host', host })
    }
    return {
      method: 'neighbor_table',
      detail: `ARP was not sent. ${why}`,
      found: own.length,
      total: own.length,
      sent: 0,
      durationMs: this.deps.nowMs() - startedMs,
    }
  }
}

function join(...sentences: string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ')
}
