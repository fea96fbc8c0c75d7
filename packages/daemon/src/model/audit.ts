/** What goes on record of what callers ask for and of what the daemon does by itself. */

import type { Text } from '@netwatcher/shared'

/** Which socket a request came by; `daemon` is what nobody asked for. */
export type Via = 'group' | 'admin' | 'daemon'

export type AuditAction =
  | 'plan'
  | 'apply'
  | 'confirm'
  | 'revoke'
  | 'expire'
  | 'rollback'
  | 'refuse'
  | 'reconcile'
  | 'suspend'
  | 'resume'
  | 'cleanup'
  | 'slot_start'
  | 'slot_end'
  | 'relax'
  | 'pin'
  | 'unpin'
  | 'start_capture'
  | 'stop_capture'
  | 'acknowledge'

export interface AuditEntry {
  /** The last time that it happened, and the first. */
  atMs: number
  firstMs: number
  action: AuditAction
  blockId: string
  /** Addresses, CIDRs, MACs and interfaces. */
  targets: string[]
  detail: Text
  via: Via
  /** What was refused, and the stable reason; empty unless it was. */
  verb: string
  reason: string
  /** Times that the same happened without a pause of an hour. */
  count: number
}

/** What an entry is about: a block, or addresses, MACs or interfaces by themselves. */
export interface AuditSubject {
  blockId?: string
  targets?: readonly string[]
}

/** Where to say what is to go on record. */
export interface Audit {
  record(action: AuditAction, subject: AuditSubject, detail: Text, via?: Via): void
  /** `verb` is what was asked for, in snake case. */
  refuse(verb: string, error: unknown, via: Via): void
}
