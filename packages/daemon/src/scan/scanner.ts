/**
 * Scanning as the sensor process sees it: orders in, steps out. Scans of one
 * interface run one after the other, so that the pace holds for all of them
 * together.
 */

import type { InterfaceFacts } from '../model/interface.js'
import type { ScanOrder, ScanStep } from '../model/scan.js'
import type { Packet } from '../wire/packet.js'
import type { ScannerDependencies } from './scan-context.js'
import { ScanRun } from './scan-run.js'

type OnStep = (step: ScanStep) => void

const MAX_WAITING_SCANS = 16

export class Scanner {
  private readonly waiting: { order: ScanOrder; onStep: OnStep }[] = []
  private current: ScanRun | null = null
  private framesOfEndedScans = 0

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
  ) {}

  /** A scan under way goes on with the facts that it began with. */
  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
  }

  /** Frames sent by all scans so far. */
  get framesSent(): number {
    return this.framesOfEndedScans + (this.current?.framesSent ?? 0)
  }

  /** The last step is always a summary; nothing follows it. */
  startScan(order: ScanOrder, onStep: OnStep): void {
    if (this.waiting.length >= MAX_WAITING_SCANS) {
      onStep({ type: 'summary', summary: emptySummary('too many scans are waiting') })
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
    removed?.onStep({ type: 'summary', summary: emptySummary('cancelled') })
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
      if (step.type === 'summary') {
        this.framesOfEndedScans += step.summary.sent
        this.current = null
      }
      next.onStep(step)
      if (step.type === 'summary') this.startNext()
    })
    this.current = run
    run.start()
  }
}

function emptySummary(detail: string) {
  return { method: 'arp' as const, detail, found: 0, total: 0, sent: 0, durationMs: 0 }
}
