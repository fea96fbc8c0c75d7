/**
 * Who tried to reach what, and whether an answer came: the common ground of
 * port scans and host sweeps. An attempt that is answered is ordinary use,
 * however many there are; scans are made of attempts that fail.
 */

import type { FrameReference } from '../engine/detector.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

const EVIDENCE_FRAMES = 5

export interface AttemptsOptions {
  windowMs: number
  /** Different targets kept per scanner. */
  maxTargets: number
  maxScanners: number
}

export interface Scanner {
  /** Targets without an answer so far. */
  open: DistinctWindow
  answered: DistinctWindow
  frames: FrameReference[]
  throttle: Throttle
}

/** Attempts by scanner; what a scanner and a target are is up to the caller. */
export class Attempts {
  readonly #options: AttemptsOptions
  readonly #scanners: BoundedMap<Scanner>

  constructor(options: AttemptsOptions) {
    this.#options = options
    this.#scanners = new BoundedMap(options.maxScanners)
  }

  /** Notes an attempt; `frame` is asked for the first few only. */
  add(scannerKey: string, target: string, nowMs: number, frame: () => FrameReference): Scanner {
    const scanner = this.#scanners.get(scannerKey) ?? this.#start()
    this.#scanners.set(scannerKey, scanner)
    if (!scanner.answered.has(target)) scanner.open.add(target, nowMs)
    if (scanner.open.size(nowMs) > EVIDENCE_FRAMES && scanner.frames.length < EVIDENCE_FRAMES)
      scanner.frames.push(frame())
    return scanner
  }

  /** Whether it was seen to try this target. */
  has(scannerKey: string, target: string): boolean {
    const scanner = this.#scanners.peek(scannerKey)
    return scanner !== undefined && (scanner.open.has(target) || scanner.answered.has(target))
  }

  answer(scannerKey: string, target: string, nowMs: number): void {
    const scanner = this.#scanners.peek(scannerKey)
    if (scanner === undefined) return
    // Captures of several queues put an answer before its attempt at times.
    scanner.open.delete(target)
    scanner.answered.add(target, nowMs)
  }

  #start(): Scanner {
    const { windowMs, maxTargets } = this.#options
    return {
      open: new DistinctWindow(windowMs, maxTargets),
      answered: new DistinctWindow(windowMs, maxTargets),
      frames: [],
      throttle: new Throttle(1000),
    }
  }
}
