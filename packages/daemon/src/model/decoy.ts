/** Addresses that nobody uses and the sensor answers for. */

import type { DecoyStateName } from '@netwatcher/shared/names'

/** In all, by configuration. */
export const MAX_DECOYS = 16

/** Looked for, answered for, or given up for whoever claims it. */
export type DecoyState = DecoyStateName

export interface DecoyStatus {
  ip: string
  state: DecoyState
  /** MAC of who claims the address; empty while nobody does. */
  claimant: string
}
