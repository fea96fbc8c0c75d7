/**
 * Scanning as the sensor process sees it: orders in, steps out. Scans of one
 * interface run one after the other, so that the pace holds for all of them
 * together.
 */

import { text } from '@netwatcher/shared'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanOrder, ScanStep, ScanSummary } from '../model/scan.js'
import type { Packet } from '../wire/packet.js'
import type { ScannerDependencies } from './scan-context.js'
import { ScanRun } from './scan-run.js'

type OnStep = (step: ScanStep) => void

const MAX_WAITING_SCANS = 16

export class Scanner {
  private readonly waiting: { order: ScanOrder; onStep: OnStep }[] = []
  private current: ScanRun | null = null

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
  ) {}

  /** A scan under way goes on with the facts that it began with. */
  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
  }

  /** The last step is always a summary; nothing follows it. */
  startScan(order: ScanOrder, onStep: OnStep): void {
    if (this.waiting.length >= MAX_WAITING_SCANS) {
      onStep({ type: 'summary', summary: unstarted('scan_queue_full') })
      return
    }
    this.waiting.push({ order, onStep })
    this.startNext()
  }

  cancel(scanId: number): void {
    if (this.current?.order.scanId === scanId) {
      this.current.cancel()
      return
    }
    const index = this.waiting.findIndex(({ order }) => order.scanId === scanId)
    const [removed] = index < 0 ? [] : this.waiting.splice(index, 1)
    removed?.onStep({ type: 'summary', summary: unstarted('scan_cancelled') })
  }

  observe(packet: Packet): void {
    this.current?.observe(packet)
  }

  /** Cancels everything. */
  stop(): void {
    for (const { order } of [...this.waiting]) this.cancel(order.scanId)
    this.current?.cancel()
  }

  private startNext(): void {
    if (this.current) return
    const next = this.waiting.shift()
    if (!next) return
    const run = new ScanRun(this.dependencies, this.facts, next.order, (step) => {
      if (step.type === 'summary') this.current = null
      next.onStep(step)
      if (step.type === 'summary') this.startNext()
    })
    this.current = run
    run.start()
  }
}

function unstarted(rule: string): ScanSummary {
  const counts = { found: 0, total: 0, sent: 0, durationMs: 0 }
  return { method: 'arp', details: [text(rule)], ...counts, targets: [], vlan: 0, isComplete: false }
}
