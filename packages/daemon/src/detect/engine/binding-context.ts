/**
 * What the detectors about bindings see beyond other detectors: the table with
 * its claims, what this packet claimed, and the alert book.
 */

import type { TableStatus } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingTable } from '../knowledge/binding-table.js'
import type { Learner, Learnt } from '../knowledge/learner.js'
import type { AlertBook } from './alert-book.js'
import type { DetectorContext } from './detector.js'

export interface BindingContext extends DetectorContext {
  readonly table: BindingTable
  readonly learner: Learner
  readonly book: AlertBook
  isForwarder(mac: string): boolean
}

export interface BindingDetector {
  observe(packet: Packet, learnt: Learnt, context: BindingContext): void
  tick?(context: BindingContext): void
  tables?(): TableStatus[]
}
