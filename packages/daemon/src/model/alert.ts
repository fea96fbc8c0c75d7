/** Alerts as they pass through the daemon; what an alert says is in `@netwatcher/shared`. */

import type { Alert } from '@netwatcher/shared'

/** A new or changed alert. */
export interface AlertUpdate {
  alert: Alert
  /** The evidence as a pcapng file; null when it has not changed since the last update. */
  evidence: Uint8Array | null
}

/** An alert as the daemon keeps it: with where it was seen and what is held as evidence. */
export interface StoredAlert extends Alert {
  interface: string
  evidenceBytes: number
}
