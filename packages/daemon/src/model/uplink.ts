/** Whether the internet can be reached by the gateway of an interface. */

import type { UplinkEvidenceName, UplinkStateName } from '@netwatcher/shared/names'

/** Times in milliseconds; 0: never. */
export interface Uplink {
  state: UplinkStateName
  /** Begin of the state. */
  sinceMs: number
  /** Last answer from beyond the gateway, and what it was. */
  answeredMs: number
  evidence: UplinkEvidenceName
  gateway: string
  /** Last answer of the gateway. */
  gatewayAnsweredMs: number
}

/** The same with each of its times turned into another. */
export function withTimes(uplink: Uplink, change: (ms: number) => number): Uplink {
  return {
    ...uplink,
    sinceMs: change(uplink.sinceMs),
    answeredMs: change(uplink.answeredMs),
    gatewayAnsweredMs: change(uplink.gatewayAnsweredMs),
  }
}

/** Addresses that are asked in turn: each is, before anything is said of them. */
export const MAX_UPLINK_TARGETS = 3
